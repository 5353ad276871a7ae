package org.interlock.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code doctor}. */
@Command(
    name = "doctor",
    description = {
      "Looks for what keeps Interlock from working here, and says what to do.",
      "",
      "Ends with 1 if something must be done."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = "  interlock doctor || echo something must be done")
final class DoctorCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    List<Finding> findings = Examination.all();
    findings.forEach(finding -> System.out.println(finding.text()));
    return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.PROBLEM)
        ? ExitCodes.FAILED
        : ExitCodes.OK;
  }
}
