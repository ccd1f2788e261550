/*
 * Process 1 of the guest. Mounts what programs expect, runs one program (the words after "--" on the kernel's command
 * line) with its output on the second serial port, and powers the machine off when it ends.
 *
 * It is started before auditing is first turned on, so it has no audit context and is never held up.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static void mount_at(const char *type, const char *path) {
    mkdir(path, 0755);
    if (mount(type, path, type, 0, NULL) != 0) perror(path);
}

/* The serial port must pass bytes as they are: no echo, no line ends of its own. */
static int open_port(const char *path) {
    int fd = open(path, O_RDWR | O_NOCTTY);
    struct termios settings;
    if (fd >= 0 && tcgetattr(fd, &settings) == 0) {
        cfmakeraw(&settings);
        tcsetattr(fd, TCSANOW, &settings);
    }
    return fd;
}

int main(int argc, char **argv) {
    mount_at("proc", "/proc");
    mount_at("sysfs", "/sys");
    mount_at("devtmpfs", "/dev");
    mount_at("tmpfs", "/run");
    mount_at("tmpfs", "/tmp");
    pid_t program = argc < 2 ? -1 : fork();
    if (program < 0) {
        fprintf(stderr, "init: no program was named, or it could not be started\n");
    } else if (program == 0) {
        int port = open_port("/dev/ttyS1");
        dup2(port, 1);
        setenv("PATH", "/bin", 1);
        setenv("HOME", "/tmp", 1);
        execv(argv[1], argv + 1);
        perror(argv[1]);
        _exit(127);
    }
    /* Until the program ends: what others leave behind belongs to process 1 too, and ends before it. */
    int status = 0;
    pid_t ended = 0;
    while (program > 0 && ended != program && ended >= 0) ended = wait(&status);
    if (ended > 0) fprintf(stderr, "init: the program ended with status %d\n", status);
    sync();
    reboot(RB_POWER_OFF);
    return 0;
}
