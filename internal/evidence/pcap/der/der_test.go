package der

import "testing"

func TestElementsAreTakenApart(t *testing.T) {
	b := []byte{Sequence, 0x81, 8, Context(0), 3, Integer, 1, 5, Integer, 1, 0xff, 7}
	r := Read(b)
	s := r.Inside(Sequence)
	in, ok := s.Seek(Context(0))
	inner := Read(in)
	five, ok2 := inner.Take(Integer)
	minus, ok3 := s.Take(Integer)
	if !ok || !ok2 || !ok3 || Int(five) != 5 || Int(minus) != -1 || s.More() || !r.More() {
		t.Errorf("%v %v %v", in, five, minus)
	}
	late := Read([]byte{Context(3), 0})
	if _, ok := late.Seek(Context(1)); ok || !late.More() {
		t.Error("an element was found that is not there, or one that is was passed over")
	}
}

func FuzzNext(f *testing.F) {
	f.Add([]byte{Sequence, 0x82, 1, 0, 1})
	f.Add([]byte{Integer, 1, 5})
	f.Fuzz(func(t *testing.T, b []byte) {
		for r := Read(b); r.More(); {
			before := len(r.rest)
			if r.Any(); len(r.rest) >= before {
				t.Fatal("no progress")
			}
		}
	})
}
