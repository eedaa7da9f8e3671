package main

// threshold is from which score of its best sentence on a document has a class:
// the best of the cross-validation.
const threshold = -0.45
