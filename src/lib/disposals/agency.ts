import * as v from 'valibot';

const agencySchema = v.object({
	/** 发文机关代字: begins every number, 武市监 in 武市监警〔2026〕12号. */
	code: v.pipe(v.string(), v.trim(), v.regex(/^\p{Script=Han}{2,8}$/u)),
	/** 发文机关名称, under which papers go out: the authority's, where a department is but a part of it. */
	name: v.pipe(v.string(), v.trim(), v.minLength(4), v.maxLength(40)),
	/** Contact person, telephone, address: stands below the text. */
	contact: v.pipe(v.string(), v.trim(), v.maxLength(120))
});

/** What a department's papers are signed with. */
export type Agency = v.InferOutput<typeof agencySchema>;

/** Null when it is not complete. */
export function parseAgency(value: unknown): Agency | null {
	const parsed = v.safeParse(agencySchema, value);
	return parsed.success ? parsed.output : null;
}
