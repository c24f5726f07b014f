/** The process lives; nothing else is looked at. */
export const GET = () => new Response('ok\n', { headers: { 'cache-control': 'no-store' } });
