package simulate

func (w *writer) case2() error { return nil }
