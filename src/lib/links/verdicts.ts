/** What a person says of a tie between an enterprise and an address, person, phone or agent. */
export const verdicts = ['same', 'not-same', 'unsure'] as const;
export type Verdict = (typeof verdicts)[number];

export const isVerdict = (value: unknown): value is Verdict => verdicts.includes(value as Verdict);

/** What enterprises are tied to in the register. */
const linkKinds = ['address', 'person', 'phone', 'agent'] as const;
export type LinkKind = (typeof linkKinds)[number];

export const isLinkKind = (value: unknown): value is LinkKind => linkKinds.includes(value as LinkKind);
