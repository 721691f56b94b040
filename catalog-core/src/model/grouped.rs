//! Numbers as people read them.

/// A number with a comma between its thousands, as in `1,048,576`: messages show every count and limit so.
///
/// What does not fit into 64 bits is shown as the largest number that does.
pub fn grouped(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        let numbers = [0_usize, 999, 1_000, 1_048_576];
        assert_eq!(numbers.map(grouped), ["0", "999", "1,000", "1,048,576"]);
    }
}
