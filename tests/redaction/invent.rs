//! Invented people's numbers, from a small seeded generator: the same on every machine.

/// Municipalities of each department, written down apart from the library's own table.
const MUNICIPALITIES: [u64; 18] = [8, 10, 21, 23, 12, 16, 19, 28, 6, 17, 4, 19, 28, 16, 23, 28, 9, 11];

/// SplitMix64.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    pub(crate) fn within(&mut self, from: u64, to: u64) -> u64 {
        from + self.roll() % (to - from + 1)
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[(self.roll() % from.len() as u64) as usize]
    }

    pub(crate) fn chars(&mut self, from: &str, count: u64) -> String {
        let from: Vec<char> = from.chars().collect();
        (0..count).map(|_| from[(self.roll() % from.len() as u64) as usize]).collect()
    }

    fn registered(&mut self, years: (u64, u64)) -> [String; 3] {
        let department = self.within(1, 18);
        let municipality = self.within(1, MUNICIPALITIES[department as usize - 1]);
        let year = self.within(years.0, years.1);
        [format!("{department:02}{municipality:02}"), year.to_string(), format!("{:05}", self.within(0, 99_999))]
    }

    pub(crate) fn identity(&mut self) -> String {
        let parts = self.registered((1930, 2015));
        self.grouped(&parts)
    }

    /// An identity number that is a moment of 2017 to 2027 as well.
    pub(crate) fn stamp_like(&mut self) -> String {
        loop {
            let number = self.registered((1930, 2015)).concat();
            if number.as_str() > "1500" {
                break number;
            }
        }
    }

    pub(crate) fn rtn(&mut self) -> String {
        let years = if self.roll().is_multiple_of(4) { (9995, 9999) } else { (1930, 2010) };
        let [place, year, number] = self.registered(years);
        let last = format!("{number}{}", self.within(0, 9));
        self.grouped(&[place, year, last])
    }

    /// Parts as people group them: hyphens mostly, or bare, or wrongly.
    fn grouped(&mut self, parts: &[String; 3]) -> String {
        let bare = parts.concat();
        match self.roll() % 12 {
            0..=3 => parts.join("-"),
            4..=6 => bare,
            7 => parts.join(" "),
            8 => parts.join(self.pick(&[".", "–", "\u{2011}", "/", " - ", "\u{2212}"])),
            9 => {
                let at = self.within(3, bare.len() as u64 - 3) as usize;
                format!("{} {}", &bare[..at], &bare[at..])
            }
            10 => bare.chars().map(String::from).collect::<Vec<_>>().join(" "),
            _ => self.disguised(&parts.join("-")),
        }
    }

    /// Full-width digits, invisible characters, a line break in the middle, letters for digits.
    fn disguised(&mut self, number: &str) -> String {
        match self.roll() % 4 {
            0 => number.chars().map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c }).collect(),
            1 => number.chars().flat_map(|c| [c, '\u{200B}']).collect(),
            2 => number.replacen('-', "-\n", 1),
            _ => number.replace('0', "O").replacen('1', "l", 1),
        }
    }

    pub(crate) fn phone(&mut self) -> String {
        let first = self.pick(&["2", "3", "3", "7", "8", "8", "9", "9", "9"]);
        let number = loop {
            let number = format!("{first}{}", self.chars("0123456789", 7));
            if !number.starts_with("20") && !number.starts_with("19") && !is_day(&number) {
                break number;
            }
        };
        let (left, right) = number.split_at(4);
        match self.roll() % 10 {
            0..=2 => format!("{left}-{right}"),
            3..=4 => number,
            5 => format!("{left} {right}"),
            6 => format!("{} {} {} {}", &left[..2], &left[2..], &right[..2], &right[2..]),
            7 => format!("{}{left}-{right}", self.pick(&["+504 ", "+504", "(504) ", "504-", "+504-", "(+504) "])),
            8 => format!("{}{number}", self.pick(&["+504", "504", "00504", "+504 "])),
            _ => format!(
                "+{}",
                self.pick(&["1 305 555 0142", "34 612 000 142", "502 5555 0142", "503-7000-0142", "52 55 5555 0142", "15555550142"])
            ),
        }
    }

    pub(crate) fn email(&mut self) -> String {
        let who = self.pick(&["ana", "juan.perez", "m_lopez99", "jose+app", "peña", "x", "maria-jose.diaz"]);
        let host = self.pick(&["ejemplo.hn", "ejemplo.com", "correo.ejemplo.org", "alcaldia-ejemplo.gob.hn", "example.com"]);
        match self.roll() % 10 {
            0..=5 => format!("{who}@{host}"),
            6 => format!("{who} (arroba) {}", host.replace('.', " . ")),
            7 => format!("{who} arroba {}", host.replace('.', " punto ")),
            8 => format!("{who}＠{host}"),
            _ => format!("{who} @ {host}"),
        }
    }

    pub(crate) fn card(&mut self) -> String {
        let (head, length) =
            [("4", 16), ("51", 16), ("55", 16), ("2345", 16), ("34", 15), ("37", 15), ("36", 14), ("6011", 16)][(self.roll() % 8) as usize];
        let body = format!("{head}{}", self.chars("0123456789", length - 1 - head.len() as u64));
        let last = ('0'..='9').find(|&last| luhn(&format!("{body}{last}"))).unwrap();
        let number = format!("{body}{last}");
        match self.roll() % 4 {
            0 => number,
            sign => {
                let sign = [" ", "-", "."][sign as usize - 1];
                let cuts: &[usize] = if length == 16 { &[4, 8, 12] } else { &[4, 10] };
                let mut parts = Vec::new();
                let mut from = 0;
                for &cut in cuts.iter().chain([&number.len()]) {
                    parts.push(&number[from..cut]);
                    from = cut;
                }
                parts.join(sign)
            }
        }
    }

    /// A password as people make them: letters and digits, sometimes a sign.
    pub(crate) fn password(&mut self) -> String {
        let word = self.pick(&["Tortuga", "perro", "Olimpia", "casa", "HONDURAS", "Maria"]);
        let sign = self.pick(&["", "", "", ".", "#", "$", "*", "_", "-"]);
        format!("{word}{sign}{}", self.within(10, 9999))
    }

    pub(crate) fn token(&mut self) -> String {
        let count = self.within(20, 40);
        format!("{}7", self.chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", count))
    }

    pub(crate) fn jwt(&mut self) -> String {
        format!("eyJhbGciOiJIUzI1NiJ9.eyJ{}.{}", self.token(), self.token())
    }

    pub(crate) fn pin(&mut self) -> String {
        let count = self.pick(&[&4, &4, &6, &5]);
        self.chars("0123456789", *count)
    }

    pub(crate) fn hex(&mut self, count: u64) -> String {
        self.chars("0123456789abcdef", count)
    }

    pub(crate) fn uuid(&mut self) -> String {
        format!("{}-{}-4{}-a{}-{}", self.hex(8), self.hex(4), self.hex(3), self.hex(3), self.hex(12))
    }
}

fn is_day(number: &str) -> bool {
    let fits = |year: &str, month: &str, day: &str| year.starts_with("20") && month <= "12" && day <= "31";
    fits(&number[..4], &number[4..6], &number[6..]) || fits(&number[4..], &number[2..4], &number[..2])
}

pub(crate) fn luhn(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| {
            let digit = u32::from(byte - b'0') << (index % 2);
            digit / 10 + digit % 10
        })
        .sum();
    sum.is_multiple_of(10)
}
