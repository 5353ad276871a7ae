package org.interlock.labs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * What a lab says in both languages, as its source hands it to its {@link Lesson}: each text stands
 * there beside its translation. So one run, which starts up to a dozen JVMs, shows what is said in
 * either language.
 */
final class Texts {
  private static final Path SOURCES = Path.of("src/main/java/org/interlock/labs");
  private static final Pattern CONVERSION = Pattern.compile("%[dsb]");

  /** A line, with a group for each value in it, and the format of the same line in Chinese. */
  private record Line(Pattern english, String chinese, int letters) {
    static Line of(String english, String chinese) {
      assertThat(conversions(chinese)).as(chinese).isEqualTo(conversions(english));
      String expression =
          Stream.of(CONVERSION.split(english, -1))
              .map(Pattern::quote)
              .collect(Collectors.joining("(.+)"));
      int letters = CONVERSION.matcher(english).replaceAll("").length();
      return new Line(Pattern.compile(expression), chinese, letters);
    }

    private static List<String> conversions(String format) {
      return CONVERSION.matcher(format).results().map(found -> found.group()).toList();
    }
  }

  private final List<Line> lines = new ArrayList<>();
  private final Map<String, String> words = new LinkedHashMap<>();

  private Texts() {}

  /** Those of the lab of that name, and those that labs share. */
  static Texts of(String lab) throws IOException {
    String className =
        Stream.of(lab.split("-", -1))
            .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
            .collect(Collectors.joining("", "", "Lab"));
    Texts texts = new Texts();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjects(
                      SOURCES.resolve(className + ".java"), SOURCES.resolve("Kitchen.java")));
      for (CompilationUnitTree unit : task.parse()) {
        texts.new Reader().scan(unit, null);
      }
    }
    // Of two that match a line it is the one with more text of its own.
    texts.lines.sort(Comparator.comparingInt(Line::letters).reversed());
    return texts;
  }

  /** What is printed in Chinese when these lines are in English. */
  List<String> inChinese(List<String> english) {
    return english.stream().map(this::inChinese).toList();
  }

  private String inChinese(String line) {
    for (Line candidate : lines) {
      Matcher matcher = candidate.english().matcher(line);
      if (matcher.matches()) {
        Matcher places = CONVERSION.matcher(candidate.chinese());
        int[] value = new int[1];
        return places.replaceAll(
            place -> Matcher.quoteReplacement(word(matcher.group(++value[0]))));
      }
    }
    return word(line);
  }

  /** A word, which may have a number. */
  private String word(String value) {
    String word = value.replaceFirst("\\d+$", "");
    return words.containsKey(word) ? words.get(word) + value.substring(word.length()) : value;
  }

  private final class Reader extends TreeScanner<Void, Void> {
    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
      if (call.getMethodSelect() instanceof MemberSelectTree method
          && method.getExpression().toString().equals("lesson")) {
        List<String> texts =
            call.getArguments().stream().map(Texts::constant).flatMap(Optional::stream).toList();
        switch (method.getIdentifier().toString()) {
          case "say" -> lines.add(Line.of(texts.get(0), texts.get(1)));
          case "word" -> words.put(texts.get(0), texts.get(1));
          default -> {}
        }
      }
      return super.visitMethodInvocation(call, null);
    }
  }

  private static Optional<String> constant(ExpressionTree expression) {
    if (expression instanceof LiteralTree literal && literal.getValue() instanceof String text) {
      return Optional.of(text);
    } else if (expression instanceof BinaryTree sum) {
      return constant(sum.getLeftOperand())
          .flatMap(left -> constant(sum.getRightOperand()).map(right -> left + right));
    }
    return Optional.empty();
  }
}
