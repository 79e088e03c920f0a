//! Compresses the document of the API, which the function `meta` carries: as text it would be a tenth of the program.

use std::{
    env,
    error::Error,
    fs::{self, File},
    path::PathBuf,
};

use flate2::{Compression, write::GzEncoder};

const DOCUMENT: &str = "../docs/openapi.json";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    let folder = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets it")?);
    let mut file = GzEncoder::new(File::create(folder.join("openapi.json.gz"))?, Compression::best());
    std::io::Write::write_all(&mut file, &fs::read(DOCUMENT)?)?;
    file.finish()?;
    Ok(())
}
