/*
 * load FILE [PAUSE_US]: what a busy machine does, over and over: creates, writes, looks at and removes FILE, then pauses.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    useconds_t pause = argc > 2 ? (useconds_t)atoi(argv[2]) : 0;
    struct stat stat_buffer;
    for (;;) {
        int fd = open(argv[1], O_CREAT | O_RDWR, 0600);
        if (fd < 0) return 1;
        if (write(fd, "x", 1) != 1) return 1;
        close(fd);
        stat(argv[1], &stat_buffer);
        unlink(argv[1]);
        if (pause > 0) usleep(pause);
    }
}
