/** Time a core has worked for this thread: others on the machine do not count. */
export function coreSeconds(): number {
	const { user, system } = process.threadCpuUsage();
	return (user + system) / 1e6;
}
