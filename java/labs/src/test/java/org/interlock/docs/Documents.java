package org.interlock.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.parser.Parser;

/** The Markdown files of the repository, and the fenced blocks in them. */
final class Documents {
  static final Path ROOT = root();

  private Documents() {}

  /**
   * A fenced block.
   *
   * @param document the file, from the root of the repository
   * @param language what stands after the fence
   */
  record Block(Path document, String language, String text) {
    String title() {
      return document + ": " + text.lines().findFirst().orElse("");
    }
  }

  static List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    for (Path document : documents()) {
      try {
        Parser.builder()
            .build()
            .parse(Files.readString(ROOT.resolve(document)))
            .accept(
                new AbstractVisitor() {
                  @Override
                  public void visit(FencedCodeBlock block) {
                    blocks.add(new Block(document, block.getInfo(), block.getLiteral()));
                  }
                });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return blocks;
  }

  static Stream<Block> blocksIn(String language) {
    return blocks().stream().filter(block -> block.language().equals(language));
  }

  private static List<Path> documents() {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .map(ROOT::relativize)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("CMakeLists.txt"))) {
      directory = directory.getParent();
    }
    return directory;
  }
}
