/*
 * The benchmarks' reference consumers: they register as the audit daemon and count.
 *
 *     consumer batch          recvmmsg of 64, a receive buffer of 32 MiB, nothing else: as fast as a program can be
 *     consumer naive USLEEP   recv one by one, the default buffer, usleep(USLEEP) after each: a client that cannot keep up
 *
 * Says "ready" once registered. When stdin ends it gives the registration up and prints one JSON line: records, bytes of
 * text, and the CPU time that it took, s.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH 64
#define SLOT 8992
#define BUFFER (32 * 1024 * 1024)

static char slots[BATCH][SLOT];
static struct mmsghdr messages[BATCH];
static struct iovec vectors[BATCH];
static unsigned long long records, bytes;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void set_pid(int fd, unsigned pid) {
  struct {
    struct nlmsghdr header;
    struct audit_status status;
  } request;
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  memset(&request, 0, sizeof request);
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = AUDIT_SET;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.status.mask = AUDIT_STATUS_PID;
  request.status.pid = pid;
  if (sendto(fd, &request, sizeof request, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0)
    fail("sendto");
}

static void count(size_t length) {
  records++;
  bytes += length - NLMSG_HDRLEN;
}

static int take_batch(int fd) {
  int n = recvmmsg(fd, messages, BATCH, MSG_DONTWAIT, NULL);
  for (int i = 0; i < n; i++) count(messages[i].msg_len);
  return n;
}

static int take_one(int fd) {
  ssize_t length = recv(fd, slots[0], SLOT, MSG_DONTWAIT);
  if (length < 0) return -1;
  count((size_t)length);
  return 1;
}

int main(int argc, char **argv) {
  int batch = argc == 2 && strcmp(argv[1], "batch") == 0;
  int naive = argc == 3 && strcmp(argv[1], "naive") == 0;
  if (!batch && !naive) {
    fprintf(stderr, "usage: consumer batch | consumer naive USLEEP\n");
    return 2;
  }
  unsigned pause = naive ? (unsigned)atoi(argv[2]) : 0;
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
  struct sockaddr_nl self = {.nl_family = AF_NETLINK};
  if (fd < 0 || bind(fd, (struct sockaddr *)&self, sizeof self) < 0) fail("socket");
  if (batch) {
    int size = BUFFER;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0) fail("SO_RCVBUFFORCE");
    for (int i = 0; i < BATCH; i++) {
      vectors[i] = (struct iovec){slots[i], SLOT};
      messages[i].msg_hdr = (struct msghdr){.msg_iov = &vectors[i], .msg_iovlen = 1};
    }
  }
  set_pid(fd, (unsigned)getpid());
  printf("ready\n");
  fflush(stdout);
  struct pollfd wait[2] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
  for (;;) {
    if (poll(wait, 2, -1) < 0 && errno != EINTR) fail("poll");
    int got = 0;
    if (wait[0].revents & (POLLIN | POLLERR)) {
      do {
        got = batch ? take_batch(fd) : take_one(fd);
        if (got > 0 && pause > 0) usleep(pause);
      } while (batch && got == BATCH);
    }
    if (got <= 0 && wait[1].revents != 0) break;
  }
  set_pid(fd, 0);
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("{\"records\":%llu,\"bytes\":%llu,\"userSeconds\":%.6f,\"systemSeconds\":%.6f}\n", records, bytes,
         (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6,
         (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6);
  return 0;
}
