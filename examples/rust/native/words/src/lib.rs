use std::collections::HashMap;

#[rustler::nif]
fn count(text: &str) -> HashMap<&str, i64> {
    let mut words = HashMap::new();
    for word in text.split_whitespace() {
        *words.entry(word).or_insert(0) += 1;
    }
    words
}

rustler::init!("Elixir.RustNif.Native");
