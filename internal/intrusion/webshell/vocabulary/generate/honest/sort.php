<?php
usort($rows, function ($a, $b) { return strcmp($a['name'], $b['name']); });
$names = array_map('strtoupper', array_column($rows, 'name'));
echo implode(', ', $names);
