// Package house answers "does the code keep the rules of the house?": its tests
// read the source of the whole module. CONTRIBUTING.md gives the reasons.
package house
