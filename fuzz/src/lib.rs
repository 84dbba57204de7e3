//! What the targets share.

use record::{FileReport, Mapping, RecordError, read_bytes};

/// Reads all rows of a file of that name; what came out must add up.
pub fn read_all(name: &str, bytes: &[u8], mapping: &Mapping) -> Result<FileReport, RecordError> {
    let mut reading = read_bytes(name, bytes, mapping)?;
    let (mut kept, mut quarantined) = (0, 0);
    while let Some(batch) = reading.next() {
        kept += batch?.num_rows() as u64;
        for row in reading.take_quarantined() {
            assert!(row.at.row >= 1 && !row.reason.is_empty());
            quarantined += 1;
        }
    }
    quarantined += reading.take_quarantined().len() as u64;
    let report = reading.report();
    assert_eq!((kept, quarantined), (report.kept, report.quarantined));
    assert_eq!(report.rows, report.kept + report.repeated + report.quarantined);
    Ok(report)
}
