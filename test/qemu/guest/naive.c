/*
 * naive PAUSE_US: a client as people first write it. It registers as the audit daemon, takes one record at a time and
 * pauses after each. Prints "registered" or the errno of the refusal.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* MAX_AUDIT_MESSAGE_LENGTH of the kernel, which its header for programs does not have. */
enum { LONGEST = 8970 };

struct request {
    struct nlmsghdr header;
    struct audit_status status;
};

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    useconds_t pause = (useconds_t)atoi(argv[1]);
    int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT);
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    struct request request;
    memset(&request, 0, sizeof request);
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = AUDIT_SET;
    request.header.nlmsg_flags = NLM_F_REQUEST;
    request.header.nlmsg_seq = 1;
    request.status.mask = AUDIT_STATUS_PID;
    request.status.pid = (unsigned)getpid();
    if (fd < 0 || sendto(fd, &request, sizeof request, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0) {
        printf("%d\n", errno);
        return 1;
    }
    /* No acknowledgement was asked for: an answer that is there at once is the refusal. */
    char buffer[LONGEST];
    ssize_t length = recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
    const struct nlmsghdr *reply = (const struct nlmsghdr *)buffer;
    if (length > 0 && reply->nlmsg_type == NLMSG_ERROR) {
        printf("%d\n", -((const struct nlmsgerr *)NLMSG_DATA(reply))->error);
        return 1;
    }
    printf("registered\n");
    fflush(stdout);
    for (;;) {
        recv(fd, buffer, sizeof buffer, 0);
        if (pause > 0) usleep(pause);
    }
}
