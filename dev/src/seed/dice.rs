//! Variety that is the same every time.

/// A linear congruential generator with the multiplier and increment of Knuth's MMIX. Nothing secret hangs on it.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new() -> Self {
        Self(2)
    }

    /// Others for every seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.roll(1);
        dice
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: u16) -> u16 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // The high bits are the good ones; a value of 16 bits times one of 16 bits, over 2^16, stays below `sides`.
        let high = self.0 >> 48;
        u16::try_from((high * u64::from(sides)) >> 16).unwrap_or_default()
    }

    /// An index into something of that length.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        self.roll(u16::try_from(length).unwrap_or(u16::MAX)).into()
    }

    /// One of `items`, of which there is at least one.
    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.index(items.len())]
    }
}
