package evtx

type foreign struct{}

func (d *Decoder) slack(pos int, h Handler) {}
