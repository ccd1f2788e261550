/**
 * What is harvested from the headers: one entry a table. A group names headers and a pattern for names; the harvest
 * finds every macro and enumerator that matches, and lets the compiler say what each is worth.
 *
 * @typedef {object} Group
 * @property {string} name      name of the table in constants.json
 * @property {string[]} headers in the order of inclusion
 * @property {RegExp} match     whole names to take; the first capture group, if any, becomes the table's name
 * @property {RegExp} [not]     names to leave out
 * @property {string} [arch]    include folder of another architecture, e.g. `aarch64-linux-gnu`
 * @property {[RegExp, RegExp]} [between] take only names defined between these two lines of the first header
 * @property {string[]} [define] macros to define before the headers
 * @property {RegExp} [definition] take only macros whose text matches
 * @property {[number, number]} [range] take only values in this range, ends included
 * @property {boolean} [keepName] keep the whole name although the pattern has groups
 */

/**
 * Audit's own name of an architecture → Debian's include folder, the file with the numbers, and what it needs.
 * @type {Record<string, [folder: string, header: string, ...define: string[]]>}
 */
export const SYSCALL_TABLES = {
  x86_64: ['x86_64-linux-gnu', 'asm/unistd_64.h'],
  i386: ['i386-linux-gnu', 'asm/unistd_32.h'],
  x32: ['x86_64-linux-gnu', 'asm/unistd_x32.h', '__X32_SYSCALL_BIT=0'],
  aarch64: ['aarch64-linux-gnu', 'asm/unistd_64.h'],
  arm: ['arm-linux-gnueabihf', 'asm/unistd.h', '__ARM_EABI__'],
  ppc64le: ['powerpc64le-linux-gnu', 'asm/unistd_64.h'],
  ppc: ['powerpc-linux-gnu', 'asm/unistd_32.h'],
  s390x: ['s390x-linux-gnu', 'asm/unistd_64.h'],
  riscv64: ['riscv64-linux-gnu', 'asm/unistd_64.h'],
  loongarch64: ['loongarch64-linux-gnu', 'asm/unistd_64.h'],
  mips: ['mips-linux-gnu', 'asm/unistd_o32.h', '__NR_Linux=4000'],
  mips64: ['mips64-linux-gnuabi64', 'asm/unistd_n64.h', '__NR_Linux=5000'],
  sparc64: ['sparc64-linux-gnu', 'asm/unistd_64.h'],
}

const syscallGroups = Object.entries(SYSCALL_TABLES).map(([arch, [folder, header, ...define]]) => ({
  name: `syscall.${arch}`,
  headers: [header],
  arch: folder,
  define,
  match: /^__(?:NR_|ARM_NR_)(\w+)$/,
  not: /^__NR_(SYSCALL_BASE|OABI_SYSCALL_BASE|SYSCALL_MASK|syscalls|Linux\w*)$|^__ARM_NR_BASE$/,
}))

/** @type {Group[]} */
export const GROUPS = [
  ...syscallGroups,
  {
    name: 'errno',
    headers: ['asm-generic/errno.h'],
    match: /^E[A-Z0-9]+$/,
  },
  {
    name: 'recordType',
    headers: ['linux/audit.h', 'audit-records.h'],
    match: /^AUDIT_(\w+)$/,
    not: /^AUDIT_(ARCH_|PERM_|STATUS_|FEATURE_BITMAP|FILTER|COMPARE|CLASS|MAX_|MESSAGE_TEXT|UNUSED|BITMASK|VERSION|NR_|SID_)|FIRST|LAST/,
    range: [1000, 2999],
  },
  {
    name: 'recordRange',
    headers: ['linux/audit.h', 'audit-records.h'],
    match: /^AUDIT_(\w*(?:FIRST|LAST)_\w+)$/,
  },
  {
    name: 'archFlags',
    headers: ['linux/audit.h'],
    match: /^AUDIT_ARCH_(\w+)$/,
  },
  {
    name: 'ruleField',
    headers: ['linux/audit.h'],
    match: /^AUDIT_(\w+)$/,
    between: [/Rule fields/, /AUDIT_NEGATE/],
    not: /AUDIT_NEGATE/,
  },
  {
    name: 'ruleOperator',
    headers: ['linux/audit.h'],
    match: /^AUDIT_((?:NOT_)?EQUAL|(?:LESS|GREATER)_THAN(?:_OR_EQUAL)?|BIT_MASK|BIT_TEST)$/,
  },
  {
    name: 'ruleList',
    headers: ['linux/audit.h'],
    match: /^AUDIT_FILTER_(USER|TASK|ENTRY|WATCH|EXIT|EXCLUDE|FS|URING_EXIT)$/,
  },
  { name: 'ruleAction', headers: ['linux/audit.h'], match: /^AUDIT_(NEVER|POSSIBLE|ALWAYS)$/ },
  { name: 'ruleCompare', headers: ['linux/audit.h'], match: /^AUDIT_COMPARE_(\w+)$/ },
  { name: 'perm', headers: ['linux/audit.h'], match: /^AUDIT_PERM_(\w+)$/ },
  { name: 'fileType', headers: ['sys/stat.h'], match: /^S_IF(SOCK|LNK|REG|BLK|DIR|CHR|IFO)$/ },
  { name: 'modeBit', headers: ['sys/stat.h'], match: /^S_(ISUID|ISGID|ISVTX|IFMT)$/ },
  { name: 'fsMagic', headers: ['linux/magic.h'], match: /^(\w+?)(?:_SUPER)?_MAGIC$/ },
  {
    name: 'addressFamily',
    headers: ['sys/socket.h'],
    match: /^AF_([A-Za-z0-9_]+)$/,
    not: /^AF_(UNSPEC|MAX|UNIX|FILE|ROUTE)$/,
  },
  {
    name: 'socketType',
    headers: ['sys/socket.h'],
    match: /^SOCK_[A-Z]+$/,
    not: /^SOCK_(CLOEXEC|NONBLOCK|TYPE_MASK)$/,
  },
  {
    name: 'socketTypeFlag',
    headers: ['sys/socket.h'],
    match: /^SOCK_(CLOEXEC|NONBLOCK)$/,
    keepName: true,
  },
  { name: 'messageFlag', headers: ['sys/socket.h'], match: /^MSG_(?!TRYHARD)[A-Z_]+$/ },
  {
    name: 'socketLevel',
    headers: ['sys/socket.h', 'netinet/in.h', 'netinet/tcp.h', 'netinet/udp.h'],
    match: /^SOL_[A-Z0-9]+$/,
  },
  {
    name: 'socketOption',
    headers: ['asm/socket.h'],
    match: /^SO_[A-Z0-9_]+$/,
    not: /^SO_\w+_OLD$/,
    arch: 'aarch64-linux-gnu',
  },
  {
    name: 'ipOption',
    headers: ['linux/in.h'],
    match: /^(IP|MCAST)_[A-Z0-9_]+$/,
    not: /^IP_(PMTUDISC_\w+|DEFAULT_\w+|MAX_\w+|MIN_\w+)$|^MCAST_(EX|IN)CLUDE$/,
    keepName: true,
  },
  {
    name: 'ipv6Option',
    headers: ['linux/in6.h', 'linux/ipv6.h'],
    match: /^IPV6_[A-Z0-9_]+$/,
    not: /^IPV6_(PMTUDISC_|PREFER_SRC_|TLV_|FL_|FLOWINFO_|FLOWLABEL_MASK|PRIORITY_|SRCRT|OPT_|MIN_MTU|RTHDR_|ADDR_|JOIN|LEAVE|ADD_M|DROP_M|UNICAST_HOPS_MAX)/,
  },
  {
    name: 'tcpOption',
    headers: ['linux/tcp.h'],
    match: /^TCP_[A-Z0-9_]+$/,
    not: /^TCP_(FLAG_|NLA_|ACCECN_|CA_|MSS_|AO_|MD5SIG_|REPAIR_(ON|OFF)|NO_QUEUE|RECV_QUEUE|SEND_QUEUE|QUEUES_NR|RECEIVE_ZEROCOPY_FLAG)|^TCP_MD5SIG_|^TCP_DATA_OFFSET|^TCP_RESERVED/,
  },
  {
    name: 'udpOption',
    headers: ['linux/udp.h'],
    match: /^UDP_[A-Z0-9_]+$/,
    not: /^UDP_(ENCAP_\w+|V4_\w+)$/,
  },
  {
    name: 'packetOption',
    headers: ['linux/if_packet.h'],
    match: /^PACKET_[A-Z0-9_]+$/,
    not: /^PACKET_(HOST|BROADCAST|MULTICAST|OTHERHOST|OUTGOING|LOOPBACK|USER|KERNEL|FASTROUTE|MR_\w+|FANOUT_\w+)$/,
  },
  { name: 'socketCall', headers: ['linux/net.h'], match: /^SYS_([A-Z0-9]+)$/ },
  { name: 'ipcCall', headers: ['linux/ipc.h'], match: /^(SEM|MSG|SHM)[A-Z]+$/, keepName: true },
  { name: 'ipcFlag', headers: ['linux/ipc.h'], match: /^IPC_(CREAT|EXCL|NOWAIT)$/, keepName: true },
  { name: 'shmFlag', headers: ['linux/shm.h'], match: /^SHM_(HUGETLB|NORESERVE)$/, keepName: true },
  {
    name: 'openFlag',
    headers: ['asm-generic/fcntl.h'],
    match: /^(?:_?_?O_[A-Z]+|FASYNC)$/,
    not: /^O_(ACCMODE|NDELAY|SYNC|TMPFILE|RDONLY)$/,
  },
  {
    name: 'openFlag.arm',
    headers: ['asm/fcntl.h'],
    arch: 'aarch64-linux-gnu',
    match: /^(?:_?_?O_[A-Z]+|FASYNC)$/,
    not: /^O_(ACCMODE|NDELAY|SYNC|TMPFILE|RDONLY)$/,
  },
  {
    name: 'openFlag.ppc',
    headers: ['asm/fcntl.h'],
    arch: 'powerpc64le-linux-gnu',
    match: /^(?:_?_?O_[A-Z]+|FASYNC)$/,
    not: /^O_(ACCMODE|NDELAY|SYNC|TMPFILE|RDONLY)$/,
  },
  { name: 'resolveFlag', headers: ['linux/openat2.h'], match: /^RESOLVE_\w+$/ },
  {
    name: 'atFlag',
    headers: ['linux/fcntl.h'],
    match:
      /^AT_(SYMLINK_NOFOLLOW|REMOVEDIR|SYMLINK_FOLLOW|NO_AUTOMOUNT|EMPTY_PATH|EACCESS|RECURSIVE)$/,
    keepName: true,
  },
  { name: 'renameFlag', headers: ['linux/fs.h'], match: /^RENAME_\w+$/ },
  {
    name: 'fcntlCommand',
    headers: ['linux/fcntl.h'],
    match: /^F_[A-Z0-9_]+$/,
    not: /^F_(RDLCK|WRLCK|UNLCK|EXLCK|SHLCK|OWNER_\w+|LINUX_\w+|SEAL_\w+|CREATED_QUERY_X)$/,
  },
  { name: 'cloneFlag', headers: ['linux/sched.h'], match: /^CLONE_\w+$/, not: /^CLONE_ARGS/ },
  {
    name: 'scheduler',
    headers: ['linux/sched.h'],
    match: /^SCHED_(NORMAL|FIFO|RR|BATCH|IDLE|DEADLINE|EXT)$/,
    keepName: true,
  },
  { name: 'schedulerFlag', headers: ['linux/sched.h'], match: /^SCHED_RESET_ON_FORK$/ },
  {
    name: 'mmapProt',
    headers: ['asm/mman.h'],
    match: /^PROT_(READ|WRITE|EXEC|SEM|GROWSDOWN|GROWSUP)$/,
    keepName: true,
  },
  {
    name: 'mmapFlag',
    headers: ['asm/mman.h', 'linux/mman.h'],
    match: /^MAP_[A-Z0-9_]+$/,
    not: /^MAP_(TYPE|FILE|HUGE_\w+|ANON|SHARED_VALIDATE|DROPPABLE)$/,
  },
  {
    name: 'mountFlag',
    headers: ['linux/mount.h'],
    match: /^MS_[A-Z_]+$/,
    not: /^MS_(RMT_MASK|MGC_\w+|VERBOSE)$/,
  },
  {
    name: 'umountFlag',
    headers: ['sys/mount.h'],
    match: /^(MNT|UMOUNT)_(FORCE|DETACH|EXPIRE|NOFOLLOW)$/,
    keepName: true,
  },
  { name: 'epollOperation', headers: ['linux/eventpoll.h'], match: /^EPOLL_CTL_\w+$/ },
  { name: 'clock', headers: ['linux/time.h'], match: /^CLOCK_[A-Z_]+$/, not: /_LAST$/ },
  {
    name: 'personality',
    headers: ['linux/personality.h'],
    match: /^PER_\w+$/,
    not: /^PER_(MASK|CLEAR_ON_SETID)$/,
  },
  {
    name: 'personalityFlag',
    headers: ['linux/personality.h'],
    match:
      /^(ADDR_NO_RANDOMIZE|UNAME26|FDPIC_FUNCPTRS|MMAP_PAGE_ZERO|ADDR_COMPAT_LAYOUT|READ_IMPLIES_EXEC|ADDR_LIMIT_32BIT|SHORT_INODE|WHOLE_SECONDS|STICKY_TIMEOUTS|ADDR_LIMIT_3GB)$/,
    keepName: true,
  },
  {
    name: 'ptrace',
    headers: ['linux/ptrace.h', 'asm/ptrace-abi.h'],
    match: /^PTRACE_[A-Z_]+$/,
    not: /^PTRACE_(EVENT_\w+|O_\w+|SYSCALL_INFO_\w+|PEEKSIGINFO_SHARED|EVENTMSG_\w+|RSEQ\w*|SETOPTIONS_X)$/,
  },
  {
    name: 'prctl',
    headers: ['linux/prctl.h'],
    match:
      /^PR_(?:SET|GET|CAPBSET|TASK|MCE|MPX|CAP|SVE|SME|PAC|SCHED|RISCV|PPC|TIMER|FUTEX|THP|MTE|RSEQ|LOCK|UNLOCK|CFI)_?\w*$/,
    keepName: true,
    not: /^PR_(MCE_KILL_\w*(SET|CLEAR|LATE|EARLY|DEFAULT)|SET_MM_\w+|CAP_AMBIENT_\w+|SPEC_\w+|SVE_VL\w*|SVE_SET_VL_\w+|SME_VL\w*|SME_SET_VL_\w+|PAC_AP\w*|MTE_\w+|SCHED_CORE_\w+|RISCV_(?!SET_ICACHE|V_SET_CONTROL|V_GET_CONTROL)\w+|RISCV_V_VSTATE\w+|PPC_DEXCR_\w+(?<!PR_PPC_[GS]ET_DEXCR)|RSEQ_SLICE_EXTENSION_[GS]ET|SET_VMA_\w+|TIMER_CREATE_RESTORE_IDS_\w+|FUTEX_HASH_\w+|RISCV_CTX\w+|RISCV_SCOPE\w+|SET_PTRACER_ANY|THP_DISABLE_\w+|RSEQ_SLICE_EXT_\w+|CFI_(?:BRANCH)?\w*(ENABLE|DISABLE|LOCK|LANDING)\w*)$/,
  },
  { name: 'rlimit', headers: ['asm-generic/resource.h'], match: /^RLIMIT_\w+$/ },
  {
    name: 'seek',
    headers: ['linux/fs.h'],
    match: /^SEEK_(SET|CUR|END|DATA|HOLE)$/,
    keepName: true,
  },
  {
    name: 'signal',
    headers: ['asm-generic/signal.h'],
    match: /^SIG[A-Z0-9]+$/,
    not: /^SIG(IOT|POLL|LOST|RTMIN|RTMAX|STKSZ|UNUSED|EV\w+)$/,
  },
  {
    name: 'capability',
    headers: ['linux/capability.h'],
    match: /^CAP_([A-Z_]+)$/,
    not: /^CAP_LAST_CAP$/,
  },
  {
    name: 'seccompAction',
    headers: ['linux/seccomp.h'],
    match: /^SECCOMP_RET_(\w+)$/,
    not: /^SECCOMP_RET_(ACTION|ACTION_FULL|DATA|KILL)$/,
  },
  {
    name: 'seccompOperation',
    headers: ['linux/seccomp.h'],
    match: /^SECCOMP_(SET|GET)_\w+$/,
    keepName: true,
  },
  { name: 'seccompMode', headers: ['linux/seccomp.h'], match: /^SECCOMP_MODE_\w+$/ },
  {
    name: 'bpfCommand',
    headers: ['linux/bpf.h'],
    match:
      /^BPF_(MAP_CREATE|MAP_\w+_(?:ELEM|KEY|BATCH|ID)|MAP_FREEZE|PROG_(?:LOAD|ATTACH|DETACH|TEST_RUN|RUN|GET_NEXT_ID|QUERY|BIND_MAP|STREAM_READ_BY_FD|ASSOC_STRUCT_OPS)|OBJ_(?:PIN|GET|GET_INFO_BY_FD)|\w+_GET_FD_BY_ID|BTF_LOAD|BTF_GET_NEXT_ID|RAW_TRACEPOINT_OPEN|TASK_FD_QUERY|LINK_(?:CREATE|UPDATE|DETACH|GET_NEXT_ID)|ENABLE_STATS|ITER_CREATE|TOKEN_CREATE)$/,
    keepName: true,
    not: /^BPF_(FUNC_\w+|MAP_TYPE_\w+|PROG_TEST_RUN|MAP_LOOKUP_AND_DELETE_ELEM_X)$/,
  },
  {
    name: 'netfilterProtocol',
    headers: ['linux/netfilter.h'],
    match: /^NFPROTO_(\w+)$/,
    not: /NUMPROTO/,
  },
  {
    name: 'inetHook',
    // The bridge's hooks have the numbers of inet's, and one more.
    headers: ['linux/netfilter.h', 'linux/netfilter_bridge.h'],
    match: /^NF_(?:INET|BR)_(\w+)$/,
    not: /NUMHOOKS|INGRESS|PRI_/,
  },
  {
    name: 'icmpType',
    headers: ['linux/icmp.h'],
    match:
      /^ICMP_(ECHO|ECHOREPLY|DEST_UNREACH|SOURCE_QUENCH|REDIRECT|TIME_EXCEEDED|PARAMETERPROB|TIMESTAMP|TIMESTAMPREPLY|INFO_REQUEST|INFO_REPLY|ADDRESS|ADDRESSREPLY)$/,
  },
  { name: 'etherType', headers: ['linux/if_ether.h'], match: /^ETH_P_(IP|IPV6|ARP)$/ },
  { name: 'fanotifyResponse', headers: ['linux/fanotify.h'], match: /^FAN_(ALLOW|DENY)$/ },
  { name: 'netlinkGroup', headers: ['linux/audit.h'], match: /^AUDIT_NLGRP_(NONE|READLOG)$/ },
  {
    name: 'netlinkFamily',
    headers: ['linux/netlink.h'],
    match: /^NETLINK_([A-Z0-9_]+)$/,
    not: /^NETLINK_(ADD_\w+|DROP_\w+|PKTINFO|BROADCAST_\w+|NO_ENOBUFS|RX_RING|TX_RING|LISTEN_\w+|LIST_\w+|CAP_ACK|EXT_ACK|GET_STRICT_CHK|UNCONNECTED|CONNECTED|INET_DIAG|UNUSED)$/,
  },
  {
    name: 'auditFeature',
    headers: ['linux/audit.h'],
    match: /^AUDIT_FEATURE_(ONLY_UNSET_LOGINUID|LOGINUID_IMMUTABLE)$/,
  },
  {
    name: 'uringOperation',
    headers: ['linux/io_uring.h'],
    match: /^IORING_OP_(\w+)$/,
    not: /_LAST$/,
  },
  {
    name: 'ioctl',
    headers: [
      'asm/termbits.h',
      'linux/serial.h',
      'linux/blktrace_api.h',
      'asm-generic/ioctls.h',
      'linux/sockios.h',
      'linux/kd.h',
      'linux/vt.h',
      'linux/fs.h',
      'linux/cdrom.h',
      'linux/if_tun.h',
      'linux/loop.h',
      'linux/random.h',
      'linux/kvm.h',
      'linux/fiemap.h',
      'linux/fscrypt.h',
      'linux/nsfs.h',
      'linux/rtc.h',
      'linux/watchdog.h',
      'linux/userfaultfd.h',
      'linux/perf_event.h',
      'linux/dm-ioctl.h',
      'linux/uinput.h',
      'linux/hidraw.h',
      'linux/usbdevice_fs.h',
      'drm/drm.h',
    ],
    match: /^[A-Z][A-Z0-9_]+$/,
    // A request is made by _IO() and its kin, or is an old bare number in the ranges of tty, cdrom, console and sockets.
    definition: /\b(_IO[WR]*|DRM_IO[WR]*|_IOC)\(|^0x(4B|53|54|56|89)[0-9A-Fa-f]{2}$/,
    not: /_OLD$|^USBDEVFS_\w+32$|^KVM_(?!GET_API_VERSION|CREATE_VM|CREATE_VCPU|RUN|GET_VCPU_MMAP_SIZE|CHECK_EXTENSION|SET_USER_MEMORY_REGION|IOEVENTFD|IRQFD|IRQ_LINE|[GS]ET_REGS|[GS]ET_SREGS|CREATE_DEVICE|[GS]ET_DEVICE_ATTR)/,
  },
]
