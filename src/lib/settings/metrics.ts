/** One number that Prometheus collects. */
export type Sample = { readonly labels?: Readonly<Record<string, string>>; readonly value: number };

export type Metric = {
	/** `qianshao_job_runs`; the unit, if any, ends the name. */
	readonly name: string;
	readonly help: string;
	readonly kind: 'gauge' | 'counter';
	readonly samples: readonly Sample[];
};

/** The text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
export function prometheusText(metrics: readonly Metric[]): string {
	return metrics
		.map(({ name, help, kind, samples }) =>
			[`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...samples.map((sample) => line(name, sample))].join('\n')
		)
		.map((block) => `${block}\n`)
		.join('');
}

function line(name: string, { labels = {}, value }: Sample): string {
	const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escape(text)}"`);
	return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function escape(text: string): string {
	return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
