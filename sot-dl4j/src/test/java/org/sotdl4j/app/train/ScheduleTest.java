package org.sotdl4j.app.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sotdl4j.app.Golden;
import tools.jackson.databind.JsonNode;

class ScheduleTest {

  @Test
  void warmsUpLinearlyThenFollowsHalfACosine() {
    Schedule schedule = new Schedule(1.1, 0.1, 0.3, 5, 20);
    assertThat(schedule.at(0)).isEqualTo(0.1);
    assertThat(schedule.at(1)).isEqualTo(0.3, within(1e-15));
    assertThat(schedule.at(4)).isEqualTo(0.9, within(1e-15));
    // The cosine counts from step 0, so the warm-up ends a little below the highest rate:
    // 0.3 + 0.4 (1 + cos(pi / 4)).
    assertThat(schedule.at(5)).isEqualTo(0.98284271247461900, within(1e-15));
    assertThat(schedule.at(10)).isEqualTo(0.7, within(1e-15));
    assertThat(schedule.at(15)).isEqualTo(0.41715728752538100, within(1e-15));
    assertThat(schedule.at(19)).isEqualTo(0.30492466376194480, within(1e-15));
    assertThat(schedule.at(20)).isEqualTo(0.3, within(1e-15));
    assertThat(schedule.at(21)).isEqualTo(0.3, within(1e-15));
  }

  @Test
  void withoutWarmUpItStartsAtTheHighestRate() {
    Schedule schedule = new Schedule(2, 0.1, 0, 0, 3);
    assertThat(schedule.at(0)).isEqualTo(2);
    assertThat(schedule.at(1)).isEqualTo(1.5, within(1e-15));
    assertThat(schedule.at(2)).isEqualTo(0.5, within(1e-15));
  }

  @Test
  void isTimms() {
    Map<String, Schedule> cases =
        Map.of(
            "sot_300", new Schedule(1e-3, 1e-6, 1e-5, 5, 300),
            "finetune_384", new Schedule(5e-6, 0, 5e-6, 0, 30),
            "cosine_updates", new Schedule(1e-3, 1e-6, 1e-5, 14, 42));
    int compared = 0;
    for (JsonNode fixture : Golden.json("recipes/schedules.json").get("cases")) {
      Schedule schedule = cases.get(fixture.get("name").asString());
      if (schedule != null) {
        JsonNode rates = fixture.get("lr");
        for (int i = 0; i < rates.size(); i++) {
          assertThat(schedule.at(i))
              .as("%s, %d", fixture.get("name"), i)
              .isEqualTo(rates.get(i).asDouble(), within(1e-15));
        }
        compared++;
      }
    }
    assertThat(compared).isEqualTo(cases.size());
  }
}
