package org.sotdl4j.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Lists a command's options in groups: its own, then those of each mixin under its name. */
final class HelpGroups {

  private static final String USUAL = "mixinStandardHelpOptions";

  private HelpGroups() {}

  static String render(Help help) {
    StringBuilder groups = new StringBuilder();
    List<OptionSpec> own = new ArrayList<>(help.commandSpec().options());
    for (Map.Entry<String, CommandSpec> mixin : help.commandSpec().mixins().entrySet()) {
      if (!mixin.getKey().equals(USUAL)) {
        own.removeAll(mixin.getValue().options());
        String title = mixin.getKey();
        groups
            .append(
                "%n%s%s:%n"
                    .formatted(title.substring(0, 1).toUpperCase(Locale.ROOT), title.substring(1)))
            .append(list(help, mixin.getValue().options()));
      }
    }
    return list(help, own) + groups;
  }

  private static String list(Help help, List<OptionSpec> options) {
    Help.Layout layout = help.createDefaultLayout(options, List.of(), help.colorScheme());
    layout.addOptions(options, help.createDefaultParamLabelRenderer());
    return layout.toString();
  }
}
