//! What formats say of availability, judged alike wherever it stands.

use catalog_core::model::{Availability, AvailabilityError, DiagnosticCode};

use super::{Place, Reader, Remark, quoted};

impl Reader<'_, '_> {
    /// Whether a text is an availability in percent; says what is wrong with it, or doubtful in it.
    pub(crate) fn is_availability(&mut self, place: impl Into<Place>, name: &str, text: &str) -> bool {
        let place = place.into();
        match Availability::parse(text) {
            Ok(availability) => {
                self.doubt_availability(place, name, text, availability);
                true
            }
            Err(error) => {
                self.remarks.push(availability_refused(place, name, text, &error, PERCENTAGE));
                false
            }
        }
    }

    /// Says so where an availability is hardly what was meant.
    pub(crate) fn doubt_availability(
        &mut self,
        place: Place,
        name: &str,
        text: &str,
        availability: Availability,
    ) {
        let found = quoted(text);
        let remark = if availability.is_perfect() {
            let message = format!(
                "`{name}` is {found}, which nothing that needs anything can keep, and which leaves no error budget; expected less than 100"
            );
            Remark::new(DiagnosticCode::AvailabilityDoubtful, place, message)
                .suggest("promise what is measured, as in `99.95`")
        } else if availability.is_doubtful() {
            let message =
                format!("`{name}` is {found}, which is {availability} percent; expected a percentage");
            let share = Availability::parse_ratio(text).ok().filter(|share| !share.is_perfect());
            let suggestion = share.map(|share| format!("write `{share}` where a share of one is meant"));
            Remark::new(DiagnosticCode::AvailabilityDoubtful, place, message).suggest_maybe(suggestion)
        } else {
            return;
        };
        self.remarks.push(remark);
    }
}

const PERCENTAGE: &str = "a percentage over 0 and up to 100";

/// That a text is no availability, with what to write where that is plain.
pub(crate) fn availability_refused(
    place: impl Into<Place>,
    name: &str,
    text: &str,
    error: &AvailabilityError,
    expected: &str,
) -> Remark {
    let message = match error {
        AvailabilityError::Nothing => {
            format!("`{name}` is {}, which promises nothing; expected {expected}", quoted(text))
        }
        _ => format!("`{name}` is {}, expected {expected}", quoted(text)),
    };
    let suggestion = error.suggestion().map(|number| format!("write `{number}`"));
    Remark::new(DiagnosticCode::ValueUnknown, place, message).suggest_maybe(suggestion)
}
