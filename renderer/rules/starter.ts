/** The starter rules: what people run, and nothing that daemons do. Few events even on a busy server. */

/** Key by which the rules are found and removed again. */
export const STARTER_KEY = 'auditscope-starter'

/** One line a rule, in the words of auditctl(8). */
export const STARTER_RULES: readonly string[] = ['b64', 'b32'].map(
  (arch) =>
    `-a always,exit -F arch=${arch} -S execve,execveat -F auid>=1000 -F auid!=unset -k ${STARTER_KEY}`,
)
