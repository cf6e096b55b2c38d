// A breaker as the composition root makes it, but for chance: with a random number of one half it is open for the mean.
export const breakerSettings = {
  random: () => 0.5,
  windowMs: 10_000,
  consecutiveFailures: 8,
  minimumFailures: 5,
  failureShare: 0.5,
  openMs: 2000,
  maxOpenMs: 30_000,
}
