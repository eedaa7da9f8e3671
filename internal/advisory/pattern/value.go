package pattern

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Value is a constant of a pattern or a property of an object.
type Value struct {
	Kind   ValueKind
	Text   string // of texts; binary data as characters up to U+00FF
	Number float64
	Bool   bool
	Time   time.Time
}

// ValueKind is the type of a value.
type ValueKind uint8

// The kinds of values.
const (
	Null ValueKind = iota
	Text
	Binary
	Number
	Bool
	Time
	List // or a dictionary: there, but nothing to compare with
)

// value reads a constant.
func (p *parser) value() (Value, error) {
	t := p.next()
	bad := fmt.Errorf("%w: %q is no constant", ErrPattern, t.text)
	switch t.kind {
	case quoted:
		return Value{Kind: Text, Text: t.text}, nil
	case number:
		n, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return Value{}, bad
		}
		return Value{Kind: Number, Number: n}, nil
	case hexed:
		data, err := hex.DecodeString(t.text)
		if err != nil {
			return Value{}, bad
		}
		return Value{Kind: Binary, Text: latin(data)}, nil
	case base64d:
		data, err := base64.StdEncoding.DecodeString(t.text)
		if err != nil {
			return Value{}, bad
		}
		return Value{Kind: Binary, Text: latin(data)}, nil
	case timed:
		at, err := parseTime(t.text)
		if err != nil {
			return Value{}, bad
		}
		return Value{Kind: Time, Time: at}, nil
	case word:
		switch strings.ToLower(t.text) {
		case "true":
			return Value{Kind: Bool, Bool: true}, nil
		case "false":
			return Value{Kind: Bool}, nil
		}
	}
	return Value{}, bad
}

// latin writes each byte as the character of its number.
func latin(data []byte) string {
	runes := make([]rune, len(data))
	for i, b := range data {
		runes[i] = rune(b)
	}
	return string(runes)
}

func isLatin(s string) bool {
	for _, r := range s {
		if r > 0xff {
			return false
		}
	}
	return true
}

// parseTime reads a time as STIX wants it: in capitals, to the second, UTC.
func parseTime(s string) (time.Time, error) {
	if !strings.HasSuffix(s, "Z") || len(s) < 20 || s[10] != 'T' {
		return time.Time{}, fmt.Errorf("%w: %q is no time", ErrValue, s)
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return at, fmt.Errorf("%w: %w", ErrValue, err)
	}
	return at, nil
}

// propertyValue makes a value of a property as JSON has it. Properties whose
// name says so hold encoded binary data.
func propertyValue(v any, key string) Value {
	switch v := v.(type) {
	case string:
		if strings.HasSuffix(key, "_hex") {
			if data, err := hex.DecodeString(v); err == nil {
				return Value{Kind: Binary, Text: latin(data)}
			}
		}
		if strings.HasSuffix(key, "_bin") {
			if data, err := base64.StdEncoding.DecodeString(v); err == nil {
				return Value{Kind: Binary, Text: latin(data)}
			}
		}
		return Value{Kind: Text, Text: v}
	case float64:
		return Value{Kind: Number, Number: v}
	case bool:
		return Value{Kind: Bool, Bool: v}
	case nil:
		return Value{}
	}
	return Value{Kind: List}
}
