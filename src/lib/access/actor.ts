/** What a person sits down to do; one per account (product glossary, "Who uses it"). */
export const roles = ['leader', 'monitor', 'planner', 'inspector', 'sysadmin', 'secadmin', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** The three administrators (三员分立): mutually exclusive and without business data. */
export const administratorRoles = ['sysadmin', 'secadmin', 'auditor'] as const satisfies readonly Role[];

/** Further rights on top of a role: an approver is a leader, an editor a monitor or planner, a steward a monitor. */
export const grants = ['approver', 'editor', 'steward'] as const;
export type Grant = (typeof grants)[number];

/** Which rows a person may see: a region prefix ('' nation, '32' province, '3204' city, '320412' county) and industries (null: all). */
export type Scope = {
	readonly regionPrefix: string;
	/** Industry key prefixes, e.g. `['H', 'C13']`; null means every industry. */
	readonly industries: readonly string[] | null;
};

/** The signed-in person on whose behalf a verb runs. */
export type Actor = {
	readonly id: string;
	readonly name: string;
	readonly displayName: string;
	readonly role: Role;
	readonly grants: readonly Grant[];
	readonly departmentId: string;
	/** GB/T 2260 code of the jurisdiction, '000000' for the nation. */
	readonly regionCode: string;
	readonly industries: readonly string[] | null;
	/** The person's row in the inspector register; null for everybody who inspects nobody. */
	readonly inspectorId: string | null;
	/** Where the request came from, for the audit trail; null for jobs and the command line. */
	readonly address: string | null;
};
