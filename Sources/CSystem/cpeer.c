// SO_PEERCRED, and sock_diag(7), which finds one socket among thousands at once.
#define _GNU_SOURCE
#include "cpeer.h"
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int64_t cpeer_of_unix(int socket) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -errno;
    return peer.uid;
}

static int64_t read_answer(int netlink) {
    union {
        struct nlmsghdr head;
        char bytes[4096];
    } answer;
    ssize_t size = recv(netlink, &answer, sizeof answer, 0);
    if (size < 0) return -errno;
    if (!NLMSG_OK(&answer.head, size)) return -EBADMSG;
    const void *data = NLMSG_DATA(&answer.head);
    if (answer.head.nlmsg_type == NLMSG_ERROR && ((const struct nlmsgerr *)data)->error < 0)
        return ((const struct nlmsgerr *)data)->error;
    if (answer.head.nlmsg_type != SOCK_DIAG_BY_FAMILY ||
        answer.head.nlmsg_len < NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
        return -EBADMSG;
    const struct inet_diag_msg *found = data;
    // A socket that is closed belongs to nobody, which reads as to root.
    if (found->idiag_state != TCP_ESTABLISHED) return -ENOTCONN;
    return found->idiag_uid;
}

int64_t cpeer_of_tcp(const struct sockaddr_in *own, const struct sockaddr_in *other) {
    struct {
        struct nlmsghdr head;
        struct inet_diag_req_v2 sought;
    } request = {
        .head = {.nlmsg_len = sizeof request,
                 .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                 .nlmsg_flags = NLM_F_REQUEST},
        .sought = {.sdiag_family = AF_INET,
                   .sdiag_protocol = IPPROTO_TCP,
                   .idiag_states = ~0U,
                   .id = {.idiag_sport = own->sin_port,
                          .idiag_dport = other->sin_port,
                          .idiag_src = {own->sin_addr.s_addr},
                          .idiag_dst = {other->sin_addr.s_addr},
                          .idiag_cookie = {INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE}}}};
    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (netlink < 0) return -errno;
    int64_t result = send(netlink, &request, sizeof request, 0) < 0 ? -errno : read_answer(netlink);
    close(netlink);
    return result;
}
