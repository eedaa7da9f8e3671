package evtx

import "seawall/record"

// Map returns the fields of the event by name, without those that are null, and
// none if [Decoder.NoValues] is set:
// integers as int64 or uint64, truth values as bool, all else as text. A name
// that occurs several times, and an array, is a []any. It is a convenience: a
// program that reads many events looks slots up once per schema.
func (e *Event) Map() map[string]any {
	fields := make(map[string]any, len(e.Values))
	for slot, v := range e.Values {
		if v.Kind == record.Null {
			continue
		}
		name := e.Schema.Fields[slot].Name
		value := goValue(v)
		if before, ok := fields[name]; ok {
			list, isList := before.([]any)
			if !isList {
				list = []any{before}
			}
			if more, many := value.([]any); many {
				fields[name] = append(list, more...)
			} else {
				fields[name] = append(list, value)
			}
			continue
		}
		fields[name] = value
	}
	return fields
}

func goValue(v record.Value) any {
	if v.Kind&record.Array != 0 {
		list := []any{}
		v.Items(func(item record.Value) bool {
			list = append(list, goValue(item))
			return true
		})
		return list
	}
	switch v.Kind {
	case record.Int:
		if n, ok := v.Int64(); ok {
			return n
		}
	case record.Uint:
		if n, ok := v.Int64(); ok {
			return uint64(n)
		}
	case record.Bool:
		return v.String() == "true"
	}
	return v.String()
}
