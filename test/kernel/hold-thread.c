/*
 * Holds one thread of another process (ptrace(2)) while the rest of it goes on: what a drain that is stuck looks like.
 *
 *     hold-thread TID
 *
 * Says "held", and lets go when stdin ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  pid_t thread = (pid_t)atoi(argv[1]);
  int status;
  char byte;
  if (ptrace(PTRACE_SEIZE, thread, NULL, NULL) < 0 || ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) < 0) {
    perror("ptrace");
    return 1;
  }
  if (waitpid(thread, &status, __WALL) < 0) {
    perror("waitpid");
    return 1;
  }
  printf("held\n");
  fflush(stdout);
  while (read(0, &byte, 1) > 0) {
  }
  ptrace(PTRACE_DETACH, thread, NULL, NULL);
  return 0;
}
