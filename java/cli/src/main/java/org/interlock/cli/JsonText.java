package org.interlock.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.interlock.internal.look.ObjectView;
import org.interlock.internal.look.ObjectView.User;

/** Objects as JSON, one array in one line. */
final class JsonText {
  private JsonText() {}

  static String of(List<Census.Entry> entries) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartArray();
      for (Census.Entry entry : entries) {
        write(json, entry);
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // there is no such thing as a full StringWriter
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Census.Entry entry) throws IOException {
    ObjectView view = entry.view();
    json.writeStartObject();
    json.writeStringField("kind", Texts.kind(view));
    json.writeStringField("name", view.info().name());
    json.writeBooleanField("named", view.named());
    json.writeStringField("sight", view.sight().name().toLowerCase(java.util.Locale.ROOT));
    json.writeStringField("state", Texts.state(view));
    json.writeObjectFieldStart("details");
    for (Map.Entry<String, Long> detail : view.details().entrySet()) {
      json.writeNumberField(detail.getKey(), detail.getValue());
    }
    json.writeEndObject();
    json.writeArrayFieldStart("holders");
    for (User user : Texts.holders(view)) {
      json.writeStartObject();
      json.writeNumberField("pid", user.pid());
      json.writeNumberField("holds", user.holds());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("waiters");
    for (Census.Waiter waiter : entry.waiters()) {
      json.writeStartObject();
      json.writeNumberField("pid", waiter.pid());
      json.writeNumberField("thread", waiter.thread());
      json.writeStringField("for", waiter.sleep().reason());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanField("waitersKnown", entry.waitersKnown());
    json.writeArrayFieldStart("processes");
    for (long pid : entry.openIn()) {
      json.writeNumber(pid);
    }
    json.writeEndArray();
    json.writeNumberField("memoryBytes", view.memory());
    json.writeNumberField("sizeBytes", view.bytes());
    json.writeNumberField("uid", view.uid());
    json.writeStringField("codec", view.info().codec());
    if (view.createdAtNanos() > 0) {
      json.writeStringField("createdAt", Texts.createdAt(view).toString());
      json.writeNumberField("ageSeconds", Texts.age(view).toSeconds());
    }
    json.writeEndObject();
  }
}
