package sighting

import (
	"encoding/binary"
	"reflect"

	"github.com/cespare/xxhash/v2"
)

// hash is the same in every process: what is kept must not depend on the run.
func hash[T comparable](v T) uint64 {
	var buf [256]byte
	return min(xxhash.Sum64(appendValue(buf[:0], reflect.ValueOf(v))), uncut-1)
}

// appendValue appends the strings, numbers and booleans of a struct, each told
// apart from the next.
func appendValue(dst []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			dst = appendValue(dst, v.Field(i))
		}
		return dst
	case reflect.String:
		s := v.String()
		return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
	case reflect.Bool:
		if v.Bool() {
			return append(dst, 1)
		}
		return append(dst, 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return binary.AppendVarint(dst, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return binary.AppendUvarint(dst, v.Uint())
	}
	panic("bug: a fact holds what is neither text, number nor truth value")
}
