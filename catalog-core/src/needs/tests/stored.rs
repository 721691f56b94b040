//! Needs that were taken apart into numbers and put together again.

use proptest::prelude::*;

use super::oracle::plain_needs;
use crate::needs::{ARRAYS, Direction, Failure, Needs, ReachLimits};

/// Everything that can be asked of small needs, in words.
fn answers(needs: &Needs) -> String {
    let count = u32::try_from(needs.entity_count()).expect("few");
    let of_one = |entity: u32| {
        let ways = [Direction::Dependents, Direction::Dependencies].map(|direction| {
            let next: Vec<_> = needs.next_to(entity, direction).collect();
            (next, needs.reach(&[entity], direction, ReachLimits::default()).reached)
        });
        let impact = needs.impact(&Failure { down: vec![entity], degraded: Vec::new() });
        format!("{ways:?} {:?} {impact:?}", needs.alternatives_of(entity).collect::<Vec<_>>())
    };
    (0..count).map(of_one).collect()
}

proptest! {
    #[test]
    fn needs_come_out_as_they_went_in(plain in plain_needs()) {
        let needs = plain.laid_out();
        let read = Needs::of_arrays(needs.to_arrays()).expect("they are sound");
        prop_assert_eq!(answers(&read), answers(&needs));
    }

    #[test]
    fn a_wrong_number_leads_nowhere(
        plain in plain_needs(),
        (array, place, number) in (0..ARRAYS, any::<prop::sample::Index>(), prop_oneof![0..40_u32, any::<u32>()]),
    ) {
        let mut arrays = plain.laid_out().to_arrays();
        if !arrays[array].is_empty() {
            let place = place.index(arrays[array].len());
            arrays[array][place] = number;
        }
        if let Some(needs) = Needs::of_arrays(arrays) {
            let _ = answers(&needs);
        }
    }

    #[test]
    fn arrays_that_are_cut_are_refused(plain in plain_needs(), array in 0..ARRAYS) {
        let mut arrays = plain.laid_out().to_arrays();
        if arrays[array].pop().is_some() && let Some(needs) = Needs::of_arrays(arrays) {
            let _ = answers(&needs);
        }
    }
}
