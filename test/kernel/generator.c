/*
 * The tests' and benchmarks' source of audited calls: rules name this executable (-F exe=), so nothing else on the machine
 * is audited. Auditing must be on before it starts: a task gets its audit context when it is forked.
 *
 *     generator CALL COUNT [RATE] [GATE]
 *
 * CALL is getppid, unlink (of a file that does not exist) or open. COUNT calls are made, RATE per second (0: as fast as
 * it can), or, when COUNT is 0, calls go on until stdin ends. With GATE the generator says "ready" and waits for a line
 * before it begins. Ends with one JSON line: calls made, seconds, the longest call and the 99th percentile in ms.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MISSING "/nonexistent/auditscope-generator"

/* Latencies by power of two, ns, in eighths: enough for a percentile. */
#define BUCKETS (64 * 8)
static uint64_t buckets[BUCKETS];

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void call_getppid(void) { syscall(SYS_getppid); }
static void call_unlink(void) { unlink(MISSING); }
static void call_open(void) {
  int fd = open(MISSING, O_RDONLY);
  if (fd >= 0) close(fd);
}

static const struct {
  const char *name;
  void (*call)(void);
} calls[] = {{"getppid", call_getppid}, {"unlink", call_unlink}, {"open", call_open}};

static int bucket_of(uint64_t ns) {
  if (ns < 8) return (int)ns;
  int power = 63 - __builtin_clzll(ns);
  return power * 8 + (int)((ns >> (power - 3)) & 7);
}

static double bucket_ns(int bucket) {
  int power = bucket / 8;
  if (power < 3) return bucket;
  return (double)((uint64_t)(8 + bucket % 8) << (power - 3));
}

static double percentile(uint64_t total, double share) {
  uint64_t seen = 0;
  for (int i = 0; i < BUCKETS; i++) {
    seen += buckets[i];
    if ((double)seen >= (double)total * share) return bucket_ns(i);
  }
  return 0;
}

static int stdin_ended(void) {
  struct pollfd input = {.fd = 0, .events = POLLIN};
  char byte;
  return poll(&input, 1, 0) > 0 && read(0, &byte, 1) <= 0;
}

static void wait_until(uint64_t due) {
  uint64_t time = now();
  if (due <= time) return;
  struct timespec pause = {(time_t)((due - time) / 1000000000u), (long)((due - time) % 1000000000u)};
  nanosleep(&pause, NULL);
}

int main(int argc, char **argv) {
  void (*call)(void) = NULL;
  for (size_t i = 0; argc > 2 && i < sizeof calls / sizeof *calls; i++)
    if (strcmp(argv[1], calls[i].name) == 0) call = calls[i].call;
  if (call == NULL) {
    fprintf(stderr, "usage: generator getppid|unlink|open COUNT [RATE] [GATE]\n");
    return 2;
  }
  uint64_t count = strtoull(argv[2], NULL, 10);
  uint64_t rate = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
  if (argc > 4) {
    char line[16];
    printf("ready\n");
    fflush(stdout);
    if (fgets(line, sizeof line, stdin) == NULL) return 0;
  }
  uint64_t start = now(), made = 0, longest = 0;
  while (count == 0 || made < count) {
    if (rate > 0) wait_until(start + made * 1000000000u / rate);
    if (count == 0 && made % 64 == 0 && stdin_ended()) break;
    uint64_t before = now();
    call();
    uint64_t took = now() - before;
    buckets[bucket_of(took)]++;
    if (took > longest) longest = took;
    made++;
  }
  double seconds = (double)(now() - start) / 1e9;
  printf("{\"calls\":%llu,\"seconds\":%.6f,\"longestMs\":%.3f,\"p99Ms\":%.4f}\n",
         (unsigned long long)made, seconds, (double)longest / 1e6, percentile(made, 0.99) / 1e6);
  return 0;
}
