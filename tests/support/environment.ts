/** Of the tests' own environment only what a program needs to start, and to start fast: what it is to know is said to it. */
export const bareEnvironment: Readonly<Record<string, string | undefined>> = {
	PATH: process.env['PATH'],
	NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE']
};
