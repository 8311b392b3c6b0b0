package org.sotdl4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sotdl4j.zoo.checkpoint.TensorFile;

/** What a user can get wrong with {@code train}: one sentence and the right exit code. */
class TrainBadInputTest {

  @TempDir private Path folder;
  private Path data;
  private Path run;

  @BeforeEach
  void pictures() throws IOException {
    data = TinyPictures.write(folder.resolve("data"), 2, 8, 2);
    run = folder.resolve("run");
  }

  private CommandLineRun train(String... more) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("--model", "vit_nano");
    options.put("--img-size", "16");
    options.put("--batch-size", "8");
    options.put("--epochs", "1");
    options.put("--output", run.toString());
    List<String> arguments = new ArrayList<>(List.of("train", data.toString()));
    for (String option : more) {
      String[] parts = option.split("=", 2);
      if (parts.length == 2) {
        options.put(parts[0], parts[1]);
      } else {
        arguments.add(option);
      }
    }
    options.forEach((name, value) -> arguments.add(name + "=" + value));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  /** The work fails before it begins: exit code 1, one line, no folder. */
  private void fails(CommandLineRun result, String... parts) {
    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).singleElement().asString().startsWith("sot: ").contains(parts);
    assertThat(run).doesNotExist();
  }

  @Test
  void aMissingFolder() {
    data = folder.resolve("nowhere");
    fails(train(), "There is no folder " + data, "give one with train/ and val/");
  }

  @Test
  void aFolderWithoutPictures() throws IOException {
    data = Files.createDirectory(folder.resolve("empty"));
    fails(train(), data + " holds no data set", "a folder a class");
  }

  @Test
  void noValidationPictures() throws IOException {
    Files.move(data.resolve("val"), data.resolve("validation"));
    fails(train(), data + " has train/ but neither val/ nor test/");
  }

  @Test
  void anEmptyClass() throws IOException {
    Files.createDirectory(data.resolve("train/nothing"));
    fails(train(), "The class nothing has no picture", "add some or remove the folder");
  }

  @Test
  void oneClassOnly() throws IOException {
    data = TinyPictures.write(folder.resolve("one"), 1, 8, 2);
    fails(train(), data.resolve("train") + " has only one class, class0");
  }

  @Test
  void validationPicturesOfOtherClasses() throws IOException {
    Files.move(data.resolve("val/class1"), data.resolve("val/other"));
    fails(train(), "only the training data has [class1]", "only the validation data has [other]");
  }

  @Test
  void aBatchLargerThanTheData() {
    CommandLineRun result = train("--batch-size=17");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("--batch-size 17 is more than the 16 training pictures");
    assertThat(run).doesNotExist();
  }

  @Test
  void aBrokenFirstPictureIsLeftOutLikeAnyOther() throws IOException {
    Files.writeString(data.resolve("train/class0/00.png"), "text");
    // Without --img-size the pictures decide; the first of them cannot.
    CommandLineRun result =
        CommandLineRun.of(
            "train",
            data.toString(),
            "--model",
            "vit_nano",
            "--epochs",
            "1",
            "--output",
            run.toString());
    assertThat(result.exitCode()).as(result.err()).isEqualTo(0);
    assertThat(result.err()).contains("00.png");
  }

  @Test
  void aResultsFileInAFolderThatIsNotThere() {
    CommandLineRun result =
        CommandLineRun.of(
            "eval", run.toString(), "--results-file", folder.resolve("no/r.json").toString());
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("There is no folder " + folder.resolve("no"));
  }

  @Test
  void anOutputFolderThatCannotBeMade() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    run = file.resolve("run");
    CommandLineRun result = train();
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).singleElement().asString().contains(file.toString());
    assertThat(result.err()).doesNotContain("unexpected");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--epochs=0 | --epochs must be 1 or more, not 0.",
        "--batch-size=0 | --batch-size must be 1 or more, not 0.",
        "--workers=0 | --workers must be 1 or more, not 0.",
        "--lr=-1 | --lr must be a number above 0, not -1.0.",
        "--lr=Infinity | --lr must be a number above 0, not Infinity.",
        "--lr=NaN | --lr must be a number above 0, not NaN.",
        "--warmup-lr=-1 | --warmup-lr must be a number from 0 up, not -1.0.",
        "--warmup-epochs=-1 | --warmup-epochs must be a number from 0 up, not -1",
        "--min-lr=NaN | --min-lr must be a number from 0 up, not NaN.",
        "--weight-decay=-1 | --weight-decay must be a number from 0 up, not -1.0.",
        "--clip-grad=-1 | --clip-grad must be a number from 0 up, not -1.0.",
        "--momentum=1 | --momentum must be from 0 to below 1, not 1.0.",
        "--drop=1 | --drop must be from 0 to below 1, not 1.0.",
        "--drop-path=-0.1 | --drop-path must be from 0 to below 1, not -0.1.",
        "--smoothing=1 | --smoothing must be from 0 to below 1, not 1.0.",
        "--img-size=0 | --img-size must be 1 or more, not 0.",
        "--img-size=15 | --img-size 15 does not suit vit_nano: Patches of 4 pixels do not divide",
        "--model=vit_nan | There is no model named vit_nan; did you mean vit_nano?",
        "--opt=adamx | 'adamx' is none of sgd, momentum, nesterov, adam, adamw, nadamw, lamb, rmsprop, radam, lion, adafactor",
        "--opt-eps=-1 | --opt-eps must be a number from 0 up, not -1.0.",
        "--opt-betas=0.9 | --opt-betas needs two numbers, not [0.9].",
        "--lr-base=0 | --lr-base must be a number above 0, not 0.0.",
        "--lr-base-size=0 | --lr-base-size must be 1 or more, not 0.",
        "--total-batch-size=0 | --total-batch-size must be 1 or more, not 0.",
        "--total-batch-size=9 | --total-batch-size 9 is no multiple of the batch size 8.",
        "--attn-drop=1 | --attn-drop must be from 0 to below 1, not 1.0.",
        "--log-interval=0 | --log-interval must be 1 or more, not 0.",
        "--recipe=sot_tini | There is no recipe sot_tini; did you mean sot_tiny? There are sot_tiny, ",
        "--config=nowhere.yaml | --config: no such file or folder: nowhere.yaml.",
        "--cutmix-minmax=0.9,0.1 | --cutmix-minmax must be two shares from 0 to 1 in their order",
        "--layer-decay=0 | --layer-decay must be a number above 0, not 0.0.",
        "--layer-decay=1.1 | --layer-decay must be from 0 to 1, not 1.1.",
        "--sched=linear | 'linear' is none of cosine, step, multistep, poly, tanh, plateau",
        "--cooldown-epochs=-1 | --cooldown-epochs must be a number from 0 up, not -1",
        "--lr-cycle-mul=0.5 | --lr-cycle-mul must be 1 or more, not 0.5.",
        "--lr-cycle-limit=0 | --lr-cycle-limit must be 1 or more, not 0.",
        "--lr-k-decay=0 | --lr-k-decay must be a number above 0, not 0.0.",
        "--decay-epochs=0 | --decay-epochs must be a number above 0, not 0.0.",
        "--decay-milestones=0 | --decay-milestones must be 1 or more, not 0.",
        "--decay-rate=NaN | --decay-rate must be a number above 0, not NaN.",
        "--patience-epochs=-1 | --patience-epochs must be a number from 0 up, not -1",
        "--lr-noise=2 | --lr-noise must be from 0 to 1, not 2.0.",
        "--lr-noise=0.9,0.4 | --lr-noise must be one share, or two in their order, not [0.9, 0.4].",
        "--lr-noise-pct=0 | --lr-noise-pct must be a number above 0, not 0.0.",
        "--mixup=-1 | --mixup must be a number from 0 up, not -1.0.",
        "--cutmix=NaN | --cutmix must be a number from 0 up, not NaN.",
        "--mixup-prob=2 | --mixup-prob must be from 0 to 1, not 2.0.",
        "--mixup-switch-prob=-1 | --mixup-switch-prob must be from 0 to 1, not -1.0.",
        "--mixup-mode=all | 'all' is none of batch, pair, elem",
        "--mixup-off-epoch=-1 | --mixup-off-epoch must be a number from 0 up, not -1",
        "--bce-target-thresh=0.2 | --bce-target-thresh needs --bce-loss.",
        "--distillation-type=soft | --distillation-type needs a --teacher.",
        "--teacher=nowhere | --teacher needs --distillation-type soft or hard.",
        "--teacher-model=vit_nano | --teacher-model needs --distillation-type soft or hard.",
        "--teacher-model=vit_nan | There is no model named vit_nan; did you mean vit_nano?",
        "--distillation-alpha=2 | --distillation-alpha must be from 0 to 1, not 2.0.",
        "--distillation-tau=0 | --distillation-tau must be a number above 0, not 0.0.",
        "--grad-accum-steps=0 | --grad-accum-steps must be 1 or more, not 0.",
        "--model-ema-decay=1 | --model-ema-decay must be from 0 to below 1, not 1.0.",
        "--drop-path-later=0.2 | --drop-path-later and --drop-path-epoch need each other.",
        "--freeze=99 | --freeze must be from 0 to ",
        "--early-stopping=-1 | --early-stopping must be a number from 0 up, not -1",
        "--checkpoint-hist=-1 | --checkpoint-hist must be a number from 0 up, not -1",
        "--aa=rund-m9 | --aa: 'rund-m9' is no augmentation: it must begin with rand, augmix, original",
        "--aa=rand-m | 'rand-m' is no augmentation: 'm' is no key with a number, as m9",
        "--aa=rand-m9.5 | m needs a whole number, not 9.5",
        "--aa=rand-x3 | it has no key x",
        "--aa=rand-p2 | p must be from 0 to 1, not 2.0",
        "--aa=augmix-w0 | a and w must be above 0",
        "--color-jitter=-1 | --color-jitter: A strength must be 0 or more, not -1.0.",
        "--color-jitter=1,1 | --color-jitter: Colour jitter needs 1 strength, 3 or, with hue, 4, not 2.",
        "--color-jitter=1,1,1,0.6 | --color-jitter: Hue turns by at most 0.5, not 0.6.",
        "--reprob=1.1 | --reprob must be from 0 to 1, not 1.1.",
        "--remode=noise | 'noise' is none of const, rand, pixel",
        "--recount=0 | --recount must be 1 or more, not 0.",
        "--hflip=NaN | --hflip must be from 0 to 1, not NaN.",
        "--vflip=-1 | --vflip must be from 0 to 1, not -1.0.",
        "--interpolation=cubic | 'cubic' is none of nearest, bilinear, bicubic",
        "--train-interpolation=any | --train-interpolation must be bilinear, bicubic or random, not any.",
        "--crop-pct=0 | --crop-pct must be over 0 and at most 1, not 0.0.",
        "--crop-padding=-1 | --crop-padding must be 0 or more, not -1.",
        "--transfer-ratio=0 | --transfer-ratio must be a number above 0, not 0.0.",
        "--aug-repeats=-1 | --aug-repeats must be 0 or more, not -1.",
        "--epochs=many | 'many' is not an int",
        "--epoch=1 | Unknown option: '--epoch=1'"
      })
  void wrongUsage(String option, String message) {
    CommandLineRun result = train(option);
    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines().findFirst().orElseThrow()).contains(message);
    assertThat(run).doesNotExist();
  }

  @Test
  void aTeacherThatIsNotThereAndAStudentThatCannotLearnFromOne() {
    CommandLineRun missing = train("--distillation-type=soft", "--teacher=nowhere");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).startsWith("sot: There is no teacher nowhere.");
    CommandLineRun oneHead = train("--distillation-type=hard", "--teacher=" + data);
    assertThat(oneHead.exitCode()).isEqualTo(2);
    assertThat(oneHead.err())
        .startsWith("sot: --distillation-type needs a model with two heads")
        .contains("not vit_nano");
    assertThat(run).doesNotExist();
  }

  @Test
  void brokenPicturesAreLeftOutCountedAndNamed() throws IOException {
    breakPictures();
    CommandLineRun result = train();
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines()).containsExactly(run.toString());
    assertThat(result.err())
        .contains(
            "3 broken pictures left out: ",
            data.resolve("train/class0/01.jpg").toString(),
            data.resolve("train/class1/text.jpg") + " (it is neither JPEG nor PNG nor WebP)",
            data.resolve("val/class1/00.png").toString());
    CommandLineRun eval = CommandLineRun.of("eval", run.toString());
    assertThat(eval.exitCode()).isZero();
    assertThat(eval.out()).contains("on 3 pictures of data");
    assertThat(eval.err()).contains("1 broken picture left out", "val/class1/00.png");
    CommandLineRun strict = CommandLineRun.of("eval", run.toString(), "--strict");
    assertThat(strict.exitCode()).isEqualTo(1);
    assertThat(strict.err().lines())
        .singleElement()
        .asString()
        .contains("Cannot use the picture " + data.resolve("val/class1/00.png"));
  }

  @Test
  void withStrictABrokenPictureStops() throws IOException {
    breakPictures();
    CommandLineRun result = train("--strict", "--batch-size=16");
    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines().filter(line -> line.startsWith("sot: ")))
        .singleElement()
        .asString()
        .contains("Cannot use the picture " + data.resolve("train"));
  }

  private void breakPictures() throws IOException {
    Path truncated = data.resolve("train/class0/01.jpg");
    byte[] bytes = Files.readAllBytes(truncated);
    Files.write(truncated, Arrays.copyOf(bytes, bytes.length / 2));
    Files.writeString(data.resolve("train/class1/text.jpg"), "this is no picture");
    Files.writeString(data.resolve("val/class1/00.png"), "this is no picture");
  }

  @Test
  void whereNoPictureCanBeReadItSaysSo() throws IOException {
    try (var files = Files.walk(data.resolve("train"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.writeString(file, "this is no picture");
      }
    }
    CommandLineRun result = train();
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains("sot: None of the training pictures can be read");
  }

  @Test
  void aLossThatIsNoNumberStopsAndTheLastGoodCheckpointStays() {
    CommandLineRun result = train("--lr=1e30", "--warmup-epochs=0", "--clip-grad=0");
    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines().filter(line -> line.startsWith("sot: ")))
        .singleElement()
        .asString()
        .matches(
            ".*The loss is (NaN|Infinity) at step 2 \\(epoch 1; the (op|parameter) .+\\): try a lower --lr.*")
        .endsWith("the last good checkpoint is " + run.resolve("last.safetensors") + ".");
    assertAllFinite(run.resolve("last.safetensors"));
    assertThat(run.resolve("best.safetensors")).doesNotExist();
  }

  /** One step an epoch: the step that breaks the weights is the last before they would be saved. */
  @Test
  void weightsThatBrokeInTheLastStepOfAnEpochAreNotSaved() {
    CommandLineRun result =
        train("--lr=1e30", "--warmup-epochs=1", "--epochs=3", "--batch-size=16");
    assertThat(result.exitCode()).as(result.err()).isEqualTo(1);
    assertThat(result.err())
        .contains("The validation loss is NaN after step 2 (epoch 2)", "epoch 1/3")
        .doesNotContain("epoch 2/3");
    assertAllFinite(run.resolve("last.safetensors"));
    CommandLineRun eval = CommandLineRun.of("eval", run.toString());
    assertThat(eval.exitCode()).as(eval.err()).isZero();
  }

  private static void assertAllFinite(Path checkpoint) {
    try (TensorFile file = TensorFile.open(checkpoint)) {
      for (String name : file.names()) {
        assertThat(file.read(name).norm2Number().doubleValue()).as(name).isFinite();
      }
    }
  }
}
