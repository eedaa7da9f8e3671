<?php
$data = base64_decode($_POST['image']);
$img = imagecreatefromstring($data);
if ($img !== false) { imagepng($img, '/tmp/' . md5($data) . '.png'); }
