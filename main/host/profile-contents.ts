import type { Params } from '#common/rpc/contract.ts';
import type { Caller } from '#common/rpc/handlers.ts';
import { blockingFolded, blockingPprof, wallFolded, wallPprof } from './profile-files.ts';

const asText = (lines: Iterable<string>): Uint8Array => new TextEncoder().encode([...lines].join(''));

/** A profile of an open trace as the bytes of a file. */
export async function profileContents(
  session: Pick<Caller, 'call'>,
  { kind, format, ...about }: Params<'profile.file'>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (kind === 'wall') {
    const wall = await session.call('analyses.wall', about, { signal });
    return format === 'pprof' ? Uint8Array.from(wallPprof(wall)) : asText(wallFolded(wall));
  }
  const profile = await session.call('analyses.profile', { ...about, kind }, { signal });
  return format === 'pprof' ? Uint8Array.from(blockingPprof(profile)) : asText(blockingFolded(profile));
}
