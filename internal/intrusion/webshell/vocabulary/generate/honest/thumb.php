<?php
$src = 'photos/' . basename($_GET['f']);
$im = imagecreatefromjpeg($src); $t = imagescale($im, 200); header('Content-Type: image/jpeg'); imagejpeg($t);
