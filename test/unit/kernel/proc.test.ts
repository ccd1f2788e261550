import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeKernelLog } from '@native/kernel/kernel-log'
import { parseNetlinkTable } from '@native/kernel/proc-netlink'
import { parseStat, readComm, readProcesses, readStat } from '@native/kernel/proc-process'
import { parseCapabilities, readHz } from '@native/kernel/proc-system'

describe('/proc/net/netlink', () => {
  const title =
    'sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode'

  it('gives the rows of the audit family only', () => {
    const table = [
      title,
      '00000000e665b978 0   0          00000000 0        0        0     2        0        4       ',
      '00000000477d4e48 9   0          00000000 0        0        0     2        0        6       ',
      '0000000012345678 9   4164159968 00000001 67092480 0        0     2        49162    20311   ',
      '',
    ].join('\n')
    expect(parseNetlinkTable(table)).toEqual([
      { portid: 0, groups: 0, queued: 0, drops: 0, inode: 6 },
      { portid: 4164159968, groups: 1, queued: 67092480, drops: 49162, inode: 20311 },
    ])
  })

  it('finds columns by their titles', () => {
    const table = 'sk Eth Pid Groups New Rmem Drops Inode\nx 9 7 00000003 99 5 6 8\n'
    expect(parseNetlinkTable(table)).toEqual([
      { portid: 7, groups: 3, queued: 5, drops: 6, inode: 8 },
    ])
  })
})

describe('/proc/PID/stat', () => {
  it('is read right whatever a process calls itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), fc.nat(), fc.nat(), (comm, ppid, start) => {
        const fields = ['S', ppid, ...Array.from({ length: 17 }, () => 0), start, 0, 0]
        expect(parseStat(`123 (${comm}) ${fields.join(' ')}\n`)).toEqual({
          comm,
          ppid,
          startTicks: start,
        })
      }),
    )
  })

  it('is null for anything else', () => {
    for (const text of ['', '1', '1 (x', '1 (x)', '1 (x) S', '1 (x) S a b']) {
      expect(parseStat(text)).toBeNull()
    }
  })

  it('of this process is like what Node says', () => {
    expect(readStat(process.pid)?.ppid).toBe(process.ppid)
    expect(readComm(process.pid)).not.toBe('')
    expect(readStat(0x7fffffff)).toBeNull()
    expect(readComm(0x7fffffff)).toBe('')
    const own = readProcesses(65_536).find(({ pid }) => pid === process.pid)
    expect(own).toMatchObject({ exe: process.execPath, uid: process.getuid!() })
    expect(readProcesses(1)).toHaveLength(1)
  })
})

describe('capabilities', () => {
  it('are named by their bits', () => {
    expect(parseCapabilities('0')).toEqual([])
    expect(parseCapabilities('0000002040000000')).toEqual(['CAP_AUDIT_CONTROL', 'CAP_AUDIT_READ'])
    expect(parseCapabilities('000001ffffffffff')).toContain('CAP_SYS_RESOURCE')
    expect(parseCapabilities('000001fffeffffff')).not.toContain('CAP_SYS_RESOURCE')
  })
})

describe('the tick rate', () => {
  it('is one of those that a kernel can be built with', () => {
    expect([100, 250, 300, 1000]).toContain(readHz())
  })
})

describe('the kernel log', () => {
  it('tells records, suppressed ones and complaints apart', () => {
    const facts = judgeKernelLog([
      'audit: type=1300 audit(1364481363.243:24287): arch=c000003e syscall=2',
      'audit: type=1400 audit(1364481360.000:24288): apparmor="DENIED"',
      'audit: type=1131 audit(1364481364.001:24290): pid=1 uid=0',
      'kauditd_printk_skb: 12 callbacks suppressed',
      'audit: kauditd_printk_skb: 30 callbacks suppressed',
      'audit: audit_backlog=65 > audit_backlog_limit=64',
      'audit: audit_lost=1 audit_rate_limit=0 audit_backlog_limit=64',
      'audit: backlog limit exceeded',
      'usb 1-1: new device that says audit: type=',
      'audit: initializing netlink subsys (disabled)',
    ])
    expect(facts).toEqual({
      records: 3,
      suppressed: 42,
      complaints: [
        'audit: audit_backlog=65 > audit_backlog_limit=64',
        'audit: audit_lost=1 audit_rate_limit=0 audit_backlog_limit=64',
        'audit: backlog limit exceeded',
      ],
      onAt: 1364481363243,
    })
  })

  it('keeps the newest twenty complaints', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `audit: audit_backlog=${i} > x`)
    expect(judgeKernelLog(lines).complaints).toEqual(lines.slice(10))
  })

  it('knows since when auditing was on only from records that prove it', () => {
    // A security module reports also while auditing is off.
    const off = ['audit: type=1400 audit(1364481360.000:1): apparmor="STATUS"']
    expect(judgeKernelLog(off).onAt).toBeNull()
    const login = 'audit: type=1006 audit(1364481362.500:9): pid=3 uid=0 old-auid=4294967295'
    expect(judgeKernelLog([...off, login]).onAt).toBe(1364481362500)
  })
})
