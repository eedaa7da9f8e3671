<?php
if (!empty($_POST['text'])) { file_put_contents('entries.txt', date('c') . ' ' . strip_tags($_POST['text']) . "\n", FILE_APPEND); }
foreach (file('entries.txt') as $line) { echo '<p>' . htmlspecialchars($line) . '</p>'; }
