/* What a child of either kind is given, and what it is not. */
#include "children.h"
#include "scratch.h"

/* ---------------------------------------------------------------- children */

/* All that it was given, a line each. */
CHILD(show) {
    char directory[PATH_MAX], input[8];
    for (int i = 0; i < argc; i++)
        printf("argument [%s]\n", argv[i]);
    for (char **variable = environ; *variable != NULL; variable++)
        printf("variable [%s]\n", *variable);
    printf("directory [%s]\n", getcwd(directory, sizeof directory));
    printf("input %d\n", (int)read(0, input, sizeof input));
    fflush(stdout);
    fprintf(stderr, "and this is an error\n");
}

CHILD(descriptors) {
    for (int descriptor = 0; descriptor < 4096; descriptor++) {
        if (fcntl(descriptor, F_GETFD) >= 0)
            printf("%d ", descriptor);
    }
}

CHILD(signals) {
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        if (sigismember(&blocked, number) == 1)
            printf("%d is blocked\n", number);
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
            printf("%d is ignored\n", number);
    }
}

CHILD(answer) {
    char byte;
    if (read(CHANNEL, &byte, 1) == 1 && write(CHANNEL, &byte, 1) == 1)
        exit(42);
}

CHILD(group) {
    exit(getpgrp() == atoi(argv[2]) ? 0 : 1);
}

/* ---------------------------------------------------------------- tests */

static int has_line(const char *text, const char *line) {
    size_t length = strlen(line);
    for (const char *found = text; (found = strstr(found, line)) != NULL; found++) {
        if ((found == text || found[-1] == '\n') && found[length] == '\n')
            return 1;
    }
    return 0;
}

BOTH(all_arrives_as_given) {
    char expected[PATH_MAX + 512], *directory;
    const char *text;
    use_scratch();
    directory = strdup(path_of("a directory  with spaces"));
    CHECK(mkdir(directory, 0700) == 0);
    il_spawn_options options =
        spawn_options(ARGUMENTS("show", "two words", "", "--", "-x", "qu\"o'te$HOME\\", "\xff\n"));
    options.daemon = daemon;
    options.directory = directory;
    options.environment = (const char *const[]){"A=1", "EMPTY=", "SPACES=a b  c", "PATH=/nowhere", NULL};
    options.output_path = path_of("output file");
    options.error_path = path_of("error file");
    CHECK(run_to_end(&options) == 0);
    text = contents(path_of("output file"));
    snprintf(expected, sizeof expected,
             "argument [il-child]\nargument [show]\nargument [two words]\nargument []\nargument "
             "[--]\nargument [-x]\n"
             "argument [qu\"o'te$HOME\\]\nargument [\xff\n]\n"
             "variable [A=1]\nvariable [EMPTY=]\nvariable [SPACES=a b  c]\nvariable [PATH=/nowhere]\n"
             "directory [%s]\ninput 0\n",
             directory);
    CHECK(strcmp(text, expected) == 0);
    CHECK(strcmp(contents(path_of("error file")), "and this is an error\n") == 0);
    free(directory);
}

BOTH(the_environment_is_the_callers_with_changes) {
    const char *text;
    use_scratch();
    il_spawn_options options = spawn_options(ARGUMENTS("show"));
    clearenv();
    setenv("KEPT", "\xff=\xfe", 1);
    setenv("CHANGED", "old", 1);
    setenv("REMOVED", "x", 1);
    setenv("CHANGE", "another", 1);
    options.daemon = daemon;
    options.inherit_environment = 1;
    options.environment = (const char *const[]){"CHANGED=new", "REMOVED", "ABSENT", "ADDED=", NULL};
    options.output_path = path_of("output");
    CHECK(run_to_end(&options) == 0);
    text = contents(path_of("output"));
    CHECK(strstr(text, "variable [KEPT=\xff=\xfe]\nvariable [CHANGE=another]\n"
                       "variable [CHANGED=new]\nvariable [ADDED=]\ndirectory") != NULL);
    options.environment = (const char *const[]){NULL};
    CHECK(run_to_end(&options) == 0);
    CHECK(strstr(contents(path_of("output")), "variable [CHANGED=old]\nvariable [REMOVED=x]\n") != NULL);
}

BOTH(output_and_error_share_a_file) {
    struct stat status;
    use_scratch();
    write_file(path_of("both"),
               "something long that was there before and is not there any more after this; "
               "the file is truncated and not merely written to from its beginning",
               0644);
    il_spawn_options options = spawn_options(ARGUMENTS("show"));
    options.daemon = daemon;
    options.environment = (const char *const[]){NULL};
    options.output_path = options.error_path = path_of("both");
    CHECK(run_to_end(&options) == 0);
    /* What matters is that neither overwrote the other. */
    CHECK(strncmp(contents(path_of("both")), "argument [il-child]\n", 20) == 0);
    CHECK(strstr(contents(path_of("both")), "\nand this is an error\n") != NULL);
    umask(027);
    options.output_path = options.error_path = path_of("new");
    CHECK(run_to_end(&options) == 0);
    CHECK(stat(path_of("new"), &status) == 0 && (status.st_mode & 0777) == 0640);
}

BOTH(input_is_inherited_when_asked_for) {
    int ends[2];
    CHECK(pipe(ends) == 0 && write(ends[1], "four", 4) == 4 && dup2(ends[0], 0) == 0);
    close(ends[0]);
    close(ends[1]);
    use_scratch();
    il_spawn_options options = spawn_options(ARGUMENTS("show"));
    options.daemon = daemon;
    options.inherit_input = 1;
    options.output_path = path_of("output");
    options.error_path = "/dev/null";
    CHECK(run_to_end(&options) == 0);
    CHECK(has_line(contents(path_of("output")), "input 4"));
}

BOTH(closed_standard_descriptors_become_null) {
    use_scratch();
    il_spawn_options options = spawn_options(ARGUMENTS("descriptors"));
    options.daemon = daemon;
    options.inherit_input = 1;
    options.output_path = path_of("output");
    close(0);
    close(2);
    CHECK(run_to_end(&options) == 0);
    CHECK(strcmp(contents(path_of("output")), "0 1 2 ") == 0);
}

static void descriptors_of_a_child(int daemon) {
    int ours, theirs;
    use_scratch();
    CHECK_OK(il_channel_open(&ours, &theirs));
    il_spawn_options options = spawn_options(ARGUMENTS("descriptors"));
    options.daemon = daemon;
    options.output_path = path_of("output");
    for (int i = 0; i < 300; i++)
        CHECK(dup(2) >= 0); /* as a JVM does: not close-on-exec */
    CHECK(run_to_end(&options) == 0);
    CHECK(strcmp(contents(path_of("output")), "0 1 2 ") == 0);
    options.channel = theirs;
    /* il_lifeline_watch has been called: it keeps the lifeline, and closes what is none. */
    const char *guarded = daemon ? "0 1 2 3 5 " : "0 1 2 3 ";
    CHECK(run_to_end(&options) == 0);
    CHECK(strcmp(contents(path_of("output")), il_platform_needs_lifeline ? guarded : "0 1 2 3 ") == 0);
}

BOTH(no_descriptor_leaks) {
    descriptors_of_a_child(daemon);
}

BOTH(no_descriptor_leaks_without_close_range) {
    forget_new_calls();
    descriptors_of_a_child(daemon);
}

BOTH(nothing_is_left_open_here) {
    il_spawn_options options = spawn_options(ARGUMENTS("exit", "0"));
    int before = count_descriptors();
    options.daemon = daemon;
    for (int i = 0; i < 5; i++)
        CHECK(run_to_end(&options) == 0);
    CHECK(count_descriptors() == before);
}

/* The channel is given as each number that the launcher wants for something. */
BOTH(the_channel_arrives_whatever_its_number) {
    for (int number = 0; number < 7; number++) {
        int ours, theirs;
        char byte = 'x';
        il_child child;
        for (int low = 3; low < 8; low++)
            close(low);
        CHECK_OK(il_channel_open(&ours, &theirs));
        CHECK((ours = fcntl(ours, F_DUPFD_CLOEXEC, 20)) >= 20);
        int saved = fcntl(number, F_DUPFD_CLOEXEC, 40);
        if (theirs != number)
            CHECK(dup2(theirs, number) == number);
        il_spawn_options options = spawn_options(ARGUMENTS("answer"));
        options.daemon = daemon;
        options.channel = number;
        CHECK_OK(il_child_spawn(&options, &child));
        close(number);
        if (saved >= 0)
            CHECK(dup2(saved, number) == number && close(saved) == 0);
        CHECK_OK(il_channel_send(ours, &byte, 1, NULL, 0, IL_FOREVER));
        byte = 0;
        CHECK_OK(il_channel_receive(ours, &byte, 1, NULL, NULL, IL_FOREVER));
        CHECK(byte == 'x');
        CHECK(finish(&child) == 42);
        close(ours);
    }
}

BOTH(signals_are_as_new) {
    sigset_t blocked;
    use_scratch();
    sigfillset(&blocked);
    CHECK(sigprocmask(SIG_SETMASK, &blocked, NULL) == 0);
    for (int number = 1; number < NSIG; number++) {
        if (number != SIGCHLD)
            signal(number, SIG_IGN); /* save 32 and 33, which are glibc's own */
    }
    il_spawn_options options = spawn_options(ARGUMENTS("signals"));
    options.daemon = daemon;
    options.output_path = path_of("output");
    CHECK(run_to_end(&options) == 0);
    CHECK(strcmp(contents(path_of("output")), "") == 0);
}

BOTH(the_process_group_is_the_parents) {
    char group[16];
    snprintf(group, sizeof group, "%d", (int)getpgrp());
    il_spawn_options options = spawn_options(ARGUMENTS("group", group));
    options.daemon = daemon;
    CHECK(run_to_end(&options) == 0);
}
