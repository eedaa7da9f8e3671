package document

import "errors"

// pdf reads the text of a PDF.
func (d *Document) pdf([]byte) error {
	return errors.New("is a PDF")
}
