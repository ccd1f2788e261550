/** What the host tells the guest about rules; test/qemu/guest/rules.ts reads it. */
export interface RulesForGuest {
  /** Our rules, hexadecimal struct audit_rule_data; each is tried alone. */
  bytes: readonly string[]
  /** Those of them that auditctl is asked to print. */
  prints: readonly string[]
  /** A rules file that auditctl loads. */
  text: string
}
