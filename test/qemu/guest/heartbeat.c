/*
 * heartbeat FILE: the pulse of the guest. Every 50 ms it starts a child that ends at once, as a shell would, and notes the
 * time in FILE (two doubles: the last beat on the monotonic clock and the longest pause between two, in seconds). It is
 * audited like every other program: when audited tasks are made to wait, so is it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    int fd = open(argv[1], O_RDWR | O_CREAT, 0600);
    if (fd < 0 || ftruncate(fd, 2 * sizeof(double)) != 0) return 1;
    volatile double *pulse = mmap(NULL, 2 * sizeof(double), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (pulse == MAP_FAILED) return 1;
    struct timespec pause = {0, 50 * 1000 * 1000};
    pulse[0] = now();
    for (;;) {
        pid_t child = fork();
        if (child == 0) _exit(0);
        waitpid(child, NULL, 0);
        double beat = now();
        if (beat - pulse[0] > pulse[1]) pulse[1] = beat - pulse[0];
        pulse[0] = beat;
        nanosleep(&pause, NULL);
    }
}
