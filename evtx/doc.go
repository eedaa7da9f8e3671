// Package evtx reads Windows event logs (EVTX, since Windows Vista), also
// damaged ones, and records that are no longer part of the log.
//
// [Records] is the easy way:
//
//	file, err := os.Open("Security.evtx")
//	...
//	for event, err := range evtx.Records(file, size, evtx.Options{}) {
//		if err != nil {
//			log.Print(err) // what could not be read; the rest follows
//			continue
//		}
//		fmt.Println(event.ID, event.Text("TargetUserName"))
//	}
//
// A [Decoder] is the fast way: it reads chunks, allocates nothing per record,
// and many of them work on one file at once.
//
// An event is a row ([record.Record]): its schema names the fields once for
// all events of the same shape, its values are borrowed from the chunk, still
// encoded. [Event.AppendJSON], [Event.AppendXML] and [Event.Map] write it in
// other forms.
//
// # Names
//
// Fields are named as authors of detection rules do: elements of System by
// their name (EventID, Channel, …), their attributes with it
// (Provider_Name, Execution_ProcessID, Security_UserID; SystemTime is
// TimeCreated, and Qualifiers and EventSourceName stand for themselves), data by
// their Name without blanks, unnamed data as Data, elements of UserData by their
// own name. [record.Field.Path] tells fields of the same name apart.
//
// # What it does not trust
//
// Files hold what their writer, or somebody after it, put there. Chunks are
// found by position and not by the header's count; names and templates by offset
// and not by the chunk's tables. Templates are shared between chunks and files by
// all of their content, never by the ids they carry, so one file cannot change
// how another reads. Checksums are checked and reported, but do not keep
// records from being read. The id in a record's header, which exporting
// changes, is told apart from the event's own. All lengths, depths and counts are
// bounded.
//
// # Recovered records
//
// Exporting and clearing leave records in the unused space of chunks. They are
// read with the templates of their chunk, of another chunk, or else with
// unnamed data, and carry how they were found and a confidence; see
// [record.Record.Recovered].
package evtx
